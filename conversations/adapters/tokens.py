"""Access tokens of platforms: one for all processes, renewed before they expire by one process at a time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from conversations.adapters.base import Delayed
from conversations.models import ChannelToken

MARGIN = timedelta(seconds=300)  # the platform keeps the old one valid for so long
LEASE = timedelta(seconds=20)  # longer than one call
FORCE_PAUSE = timedelta(seconds=60)  # platforms allow few forced renewals a day
WAIT_SECONDS = 10.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class FreshToken:
    value: str
    seconds: int


Fetch = Callable[[bool], FreshToken]
"""Asks the platform for a token; True when it must be another one than before."""


def current_token(channel_id: int, fetch: Fetch, *, wait_seconds: float = WAIT_SECONDS) -> str:
    """A token that is good for a while. Raises what `fetch` raises, or `Delayed` when another process hangs in it."""
    until = time.monotonic() + wait_seconds
    while True:
        now = timezone.now()
        row, _ = ChannelToken.objects.get_or_create(channel_id=channel_id)
        if row.value and row.expires_at and row.expires_at - MARGIN > now:
            return row.value
        if _claim(row, now):
            return _renew(row, fetch, now)
        if row.value and row.expires_at and row.expires_at > now:
            return row.value  # somebody renews it; until then the old one serves
        if time.monotonic() > until:
            raise Delayed("busy", "no access token in time")
        time.sleep(LOOK_SECONDS)


def discard_token(channel_id: int, value: str) -> None:
    """The platform no longer takes this token. Nothing happens when somebody has renewed it meanwhile."""
    row = ChannelToken.objects.filter(channel_id=channel_id).first()
    if row is not None and row.value == value:
        now = timezone.now()
        same = ChannelToken.objects.filter(pk=row.pk, expires_at=row.expires_at)
        same.update(expires_at=now, refused_at=now)


def _claim(row: ChannelToken, now: datetime) -> bool:
    same = Q(expires_at=row.expires_at) if row.expires_at else Q(expires_at__isnull=True)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return ChannelToken.objects.filter(same, free, pk=row.pk).update(lease_until=now + LEASE) == 1


def _renew(row: ChannelToken, fetch: Fetch, now: datetime) -> str:
    is_forced = row.refused_at is not None and now - row.refused_at < FORCE_PAUSE
    try:
        fresh = fetch(is_forced)
    except BaseException:
        ChannelToken.objects.filter(pk=row.pk).update(lease_until=None)
        raise
    row.value, row.expires_at = fresh.value, now + timedelta(seconds=fresh.seconds)
    row.lease_until, row.refused_at = None, None
    row.save()
    return row.value
