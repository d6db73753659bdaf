"""Notices are rows: written with what caused them, sent by a thread of the ticker, tried again, never sent twice."""

import logging
import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from cs_platform.claims import claim, pause_after
from cs_platform.models import NoticeDelivery, NoticeTarget, User
from cs_platform.notify.contract import Notice, NoticeFailed
from cs_platform.notify.transports import TRANSPORTS

logger = logging.getLogger(__name__)

State = NoticeDelivery.State

ATTEMPTS_MAX = 6
SEND_LIMIT = 50
SEND_SECONDS = 20.0
KEPT_DAYS = 90


def notify(targets: Iterable[NoticeTarget], notice: Notice, *, key: str) -> int:
    """Send a notice to each target once per key, after the commit; returns how many are new.

    `key` names the occasion (at most 120 characters); what begins with the same words can be cancelled together.
    """
    wanted = list(targets)
    known = set(NoticeDelivery.objects.filter(target__in=wanted, key=key).values_list("target_id", flat=True))
    fresh = [target for target in wanted if target.pk not in known]
    NoticeDelivery.objects.bulk_create(
        [
            NoticeDelivery(target=target, key=key, title=notice.title[:200], text=notice.text, url=notice.url[:500])
            for target in fresh
        ],
        ignore_conflicts=True,
    )
    return len(fresh)


def cancel_notices(key_prefix: str) -> int:
    """What has not gone out yet is no longer needed: somebody has accepted."""
    waiting = NoticeDelivery.objects.filter(key__startswith=key_prefix, state=State.PENDING)
    return waiting.update(state=State.CANCELLED)


def send_test_notice(target: NoticeTarget, *, by: User) -> NoticeDelivery:
    """Send a test at once and return what became of it."""
    delivery = NoticeDelivery.objects.create(
        target=target,
        key=f"test-{uuid.uuid4()}",
        title=gettext("Test notice of the customer-service platform"),
        text=gettext("Sent by %(name)s. If you can read this, notices arrive.") % {"name": by.public_name},
    )
    if claim(_waiting(), delivery.pk, timezone.now()):
        _send(delivery.pk, is_last=True)
    delivery.refresh_from_db()
    return delivery


def send_pending_notices(*, limit: int = SEND_LIMIT) -> int:
    """Send what is due; returns how many were tried. Safe with many at work."""
    until, tried = time.monotonic() + SEND_SECONDS, 0
    for pk in list(due_notices(timezone.now()).order_by("pk").values_list("pk", flat=True)[:limit]):
        if time.monotonic() > until:
            break
        if claim(_waiting(), pk, timezone.now()):
            _send(pk)
            tried += 1
    return tried


def due_notices(now: datetime) -> "QuerySet[NoticeDelivery]":
    """What can be sent at this moment."""
    return NoticeDelivery.objects.to_send(now).filter(target__is_active=True)


def forget_old_notices() -> int:
    """The log of notices is kept for three months."""
    oldest = timezone.now() - timedelta(days=KEPT_DAYS)
    return NoticeDelivery.objects.filter(created_at__lt=oldest).exclude(state=State.PENDING).delete()[0]


def _waiting() -> "QuerySet[NoticeDelivery]":
    return NoticeDelivery.objects.to_send(timezone.now())


def _send(pk: int, *, is_last: bool = False) -> None:
    delivery = NoticeDelivery.objects.get(pk=pk)
    same = NoticeDelivery.objects.filter(pk=pk, attempts=delivery.attempts)
    try:
        _hand_to_transport(delivery)
    except NoticeFailed as error:
        logger.warning("notice %d could not be sent to target %d: %s", pk, delivery.target_id, error.reason)
        is_over = is_last or error.is_permanent or delivery.attempts >= ATTEMPTS_MAX
        wait = max(pause_after(delivery.attempts), timedelta(seconds=error.wait_seconds))
        same.update(
            state=State.FAILED if is_over else State.PENDING,
            answer=error.reason[:1000],
            due_at=timezone.now() + wait,
            lease_until=None,
        )
        return
    same.update(state=State.SENT, answer="", sent_at=timezone.now(), lease_until=None)


def _hand_to_transport(delivery: NoticeDelivery) -> None:
    """Raises `NoticeFailed` whatever goes wrong: one notice that stumbles must not keep those behind it waiting."""
    try:
        target = delivery.target  # read here: its secret may be unreadable
        TRANSPORTS[target.kind](target, Notice(delivery.title, delivery.text, delivery.url))
    except NoticeFailed:
        raise
    except Exception as error:
        logger.exception("notice %d stumbled", delivery.pk)
        raise NoticeFailed(type(error).__name__) from error
