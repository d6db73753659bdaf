"""Work that is a row: taken by one conditional update, tried again with growing pauses."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F

LEASE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 2.0
PAUSE_MAX_SECONDS = 600.0


def claim(
    rows: "models.QuerySet[models.Model]", pk: int, now: datetime, *, lease_seconds: float = LEASE_SECONDS
) -> bool:
    """Take one row of these for a while; False when somebody else was first. `rows` says what may be taken.

    What a process that dies had in hand is taken up by another when the lease is over: so the lease is longer than the
    work can take, and no longer than whoever waits for it should.
    """
    until = now + timedelta(seconds=lease_seconds)
    return rows.filter(pk=pk).update(lease_until=until, attempts=F("attempts") + 1) == 1


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: 2 s, doubled each time, 10 minutes at most."""
    return timedelta(seconds=min(FIRST_PAUSE_SECONDS * 2 ** max(attempts - 1, 0), PAUSE_MAX_SECONDS))
