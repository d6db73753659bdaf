"""Broadcasts begin, pause, go on and end. Their recipients are written in one go when they begin."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from conversations.models import Customer
from cs_platform.audit import record
from cs_platform.due import set_due
from cs_platform.events import emit
from cs_platform.models import User
from marketing.audience import audience_of, candidates, plan_of, problems_of
from marketing.events import BroadcastFinished
from marketing.models import Broadcast, BroadcastRecipient
from routing.models import Channel

START = "broadcast.start"
ROWS_PER_INSERT = 1000

Status = Broadcast.Status
State = BroadcastRecipient.State
Reason = BroadcastRecipient.Reason


class CannotStart(Exception):
    """What has to be mended first, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class WrongStatus(Exception):
    """The broadcast is not in a status from which this can be done."""


@transaction.atomic
def draft_broadcast(
    *, channels: Sequence[Channel] = (), coupon_codes: Sequence[str] = (), by: User | None, **fields: Any
) -> Broadcast:
    """Keep a new draft; `fields` are those of the model."""
    broadcast = Broadcast.objects.create(coupon_codes="\n".join(coupon_codes), created_by=by, **fields)
    broadcast.channels.set(channels)
    return broadcast


def schedule_broadcast(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Begin at its time, or now if that is past or not given. Raises `CannotStart` and `WrongStatus`."""
    plan = plan_of(broadcast)
    if problems := problems_of(plan, audience_of(plan)):
        raise CannotStart(problems)
    now = timezone.now()
    with transaction.atomic():
        _move(broadcast, {Status.DRAFT, Status.SCHEDULED}, Status.SCHEDULED, by=by)
        at = max(broadcast.scheduled_at or now, now)
        set_due(START, broadcast.pk, at)
    if at <= now:
        start_broadcast(broadcast.pk)
        broadcast.refresh_from_db()
    return broadcast


def unschedule_broadcast(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Back to a draft that can be changed."""
    with transaction.atomic():
        _move(broadcast, {Status.SCHEDULED}, Status.DRAFT, by=by)
        set_due(START, broadcast.pk, None)
    return broadcast


@transaction.atomic
def start_broadcast(broadcast_id: int) -> int:
    """Write a row for each customer and let the senders begin; returns how many. A second call does nothing."""
    now = timezone.now()
    begun = Broadcast.objects.filter(pk=broadcast_id, status=Status.SCHEDULED)
    if not begun.update(status=Status.RUNNING, started_at=now, paced_until=now):
        return 0
    broadcast = Broadcast.objects.get(pk=broadcast_id)
    recipients, count = _recipients(broadcast, now), 0
    while rows := list(islice(recipients, ROWS_PER_INSERT)):
        count += len(BroadcastRecipient.objects.bulk_create(rows))
    if not BroadcastRecipient.objects.filter(broadcast=broadcast).unfinished().exists():
        finish_broadcast(broadcast_id)
    return count


def pause_broadcast(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Nobody else is written to until it goes on."""
    return _move(broadcast, {Status.RUNNING}, Status.PAUSED, by=by)


@transaction.atomic
def resume_broadcast(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Go on where it was paused, at its pace."""
    Broadcast.objects.filter(pk=broadcast.pk).update(paced_until=timezone.now())
    return _move(broadcast, {Status.PAUSED}, Status.RUNNING, by=by)


@transaction.atomic
def cancel_broadcast(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Whoever has not been written to will not be."""
    _move(broadcast, {Status.SCHEDULED, Status.RUNNING, Status.PAUSED}, Status.CANCELLED, by=by)
    Broadcast.objects.filter(pk=broadcast.pk).update(finished_at=timezone.now())
    set_due(START, broadcast.pk, None)
    rest = BroadcastRecipient.objects.filter(broadcast=broadcast).unfinished()
    rest.update(state=State.SKIPPED, reason=Reason.CANCELLED)
    emit(_finished(broadcast.pk))
    broadcast.refresh_from_db()
    return broadcast


@transaction.atomic
def finish_broadcast(broadcast_id: int) -> bool:
    """Everybody was written to or left out: told exactly once."""
    running = Broadcast.objects.filter(pk=broadcast_id, status=Status.RUNNING)
    if not running.update(status=Status.FINISHED, finished_at=timezone.now()):
        return False
    emit(_finished(broadcast_id))
    return True


def _recipients(broadcast: Broadcast, now: datetime) -> Iterator[BroadcastRecipient]:
    plan = plan_of(broadcast)
    coupons = iter(plan.coupons)
    rows = candidates(plan, now).values_list("pk", "chat_id", "marketing_consent", "is_recent")
    for customer_id, chat_id, consent, is_recent in rows.iterator(chunk_size=ROWS_PER_INSERT):
        reason = Reason.OPTED_OUT if consent == Customer.Consent.REFUSED else Reason.RECENTLY if is_recent else ""
        coupon = next(coupons, "") if plan.needs_coupon and not reason else ""
        if plan.needs_coupon and not reason and not coupon:
            reason = Reason.MISSING_VALUE
        yield BroadcastRecipient(
            broadcast=broadcast,
            customer_id=customer_id,
            conversation_id=chat_id,
            state=State.SKIPPED if reason else State.PENDING,
            reason=reason,
            coupon=coupon,
            due_at=now,
        )


def _move(broadcast: Broadcast, allowed: set[Status], to: Status, *, by: User | None) -> Broadcast:
    """Change the status if it still is one of these; the loser of a race is told."""
    with transaction.atomic():
        moved = Broadcast.objects.filter(pk=broadcast.pk, status__in=allowed).update(status=to)
        if not moved:
            raise WrongStatus(broadcast.status)
        record(f"broadcast.{to.value}", broadcast, by=by)
    broadcast.status = to
    return broadcast


def _finished(broadcast_id: int) -> BroadcastFinished:
    broadcast = Broadcast.objects.get(pk=broadcast_id)
    rows = BroadcastRecipient.objects.filter(broadcast_id=broadcast_id).order_by()
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    return BroadcastFinished(
        broadcast_id=broadcast.pk,
        name=broadcast.name,
        status=broadcast.status,
        recipients=sum(counts.values()),
        sent=counts.get(State.SENT, 0),
        skipped=counts.get(State.SKIPPED, 0),
        failed=counts.get(State.FAILED, 0),
    )
