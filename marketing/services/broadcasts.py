"""Broadcasts begin, pause, go on and end. Their recipients are written in one go when they begin."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from conversations.models import Conversation, Customer
from cs_platform.audit import record
from cs_platform.due import set_due
from cs_platform.events import emit
from cs_platform.models import User
from marketing.events import BroadcastFinished
from marketing.models import Broadcast, BroadcastRecipient
from marketing.platform_rules import is_allowed
from marketing.segments import customers_of
from marketing.wording import BROADCAST_VARIABLES, unknown_variables, variables_of
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


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would be written to if it began now."""

    customers: int
    reachable: int
    opted_out: int
    recently: int

    @property
    def written_to(self) -> int:
        return self.reachable - self.opted_out - self.recently


def schedule_broadcast(broadcast: Broadcast, *, by: User | None) -> Broadcast:
    """Begin at its time, or now if that is past or not given. Raises `CannotStart` and `WrongStatus`."""
    if problems := problems_of(broadcast):
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
    rows = BroadcastRecipient.objects.bulk_create(_recipients(broadcast, now), batch_size=ROWS_PER_INSERT)
    if not BroadcastRecipient.objects.filter(broadcast=broadcast).unfinished().exists():
        finish_broadcast(broadcast_id)
    return len(rows)


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


def problems_of(broadcast: Broadcast) -> list[str]:
    """What keeps a broadcast from beginning, in words for the manager."""
    problems = []
    if unknown := unknown_variables(broadcast.text, BROADCAST_VARIABLES):
        problems.append(gettext("The text has unknown variables: %(names)s.") % {"names": ", ".join(unknown)})
    if not broadcast.text.strip():
        problems.append(gettext("The text is empty."))
    audience = audience_of(broadcast)
    codes = len(broadcast.coupons())
    if "coupon" in variables_of(broadcast.text) and codes < audience.written_to:
        text = gettext("%(customers)d customers, but only %(codes)d coupon codes.")
        problems.append(text % {"customers": audience.written_to, "codes": codes})
    if not audience.written_to:
        problems.append(gettext("Nobody would get it."))
    strict = [str(one) for one in channels_of(broadcast) if not is_allowed(one.kind, broadcast.text)]
    if strict:
        text = gettext("These platforms forbid contact details in texts: %(names)s.")
        problems.append(text % {"names": ", ".join(strict)})
    return problems


def audience_of(broadcast: Broadcast) -> Audience:
    """Counts of one query."""
    rows = _candidates(broadcast, timezone.now())
    customers = customers_of(broadcast.segment, timezone.now()).count()
    reachable = opted_out = recently = 0
    for consent, is_recent, count in (
        rows.order_by().values_list("marketing_consent", "is_recent").annotate(Count("pk"))
    ):
        reachable += count
        if consent == Customer.Consent.REFUSED:
            opted_out += count
        elif is_recent:
            recently += count
    return Audience(customers, reachable, opted_out, recently)


def channels_of(broadcast: Broadcast) -> QuerySet[Channel]:
    chosen = broadcast.channels.all()
    return chosen if chosen else Channel.objects.filter(is_enabled=True)


def _recipients(broadcast: Broadcast, now: datetime) -> Iterator[BroadcastRecipient]:
    needs_coupon = "coupon" in variables_of(broadcast.text)
    coupons = iter(broadcast.coupons())
    rows = _candidates(broadcast, now).values_list("pk", "chat_id", "marketing_consent", "is_recent")
    for customer_id, chat_id, consent, is_recent in rows.iterator(chunk_size=ROWS_PER_INSERT):
        reason = Reason.OPTED_OUT if consent == Customer.Consent.REFUSED else Reason.RECENTLY if is_recent else ""
        coupon = next(coupons, "") if needs_coupon and not reason else ""
        if needs_coupon and not reason and not coupon:
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


def _candidates(broadcast: Broadcast, now: datetime) -> QuerySet[Any]:
    """The segment's customers with the conversation to write into: the latest on a chosen channel."""
    chats = Conversation.objects.filter(customer=OuterRef("pk"), channel__in=channels_of(broadcast).values("pk"))
    latest = chats.order_by("-last_message_at", "-pk").values("pk")[:1]
    since = now - timedelta(days=broadcast.pause_days)
    others = BroadcastRecipient.objects.filter(customer=OuterRef("pk"), state=State.SENT, sent_at__gt=since)
    if not broadcast.pause_days:
        others = others.none()
    rows: QuerySet[Any] = customers_of(broadcast.segment, now).annotate(
        chat_id=Subquery(latest), is_recent=Exists(others.exclude(broadcast=broadcast))
    )
    return rows.filter(chat_id__isnull=False)


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
