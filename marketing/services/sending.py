"""Running broadcasts are sent: a few customers at a time, each in one transaction with the row that says so.

The message and the state of its row commit together, so a sender may die anywhere: what it had not committed is sent
by another once its lease is over, and what it had committed is not sent again. The pace is a moment in the
broadcast's row that senders move on by a conditional update, so two of them do not send twice as fast.
"""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from conversations.models import Customer, Message, Order
from conversations.services.notices import Notice, post_notice
from marketing.models import Broadcast, BroadcastRecipient
from marketing.models.broadcast import RecipientQuerySet
from marketing.platform_rules import is_window_open, platform_of
from marketing.quiet import quiet_until
from marketing.services.broadcasts import finish_broadcast
from marketing.services.cards import show
from marketing.wording import fill_in, variables_of
from marketing.zones import zone_of
from routing.models import Channel

logger = logging.getLogger(__name__)

CLAIM_MAX = 50
ROUND_SECONDS = 2.0
BURST_SECONDS = 1.0
BUSY_SECONDS = 60
BUSY_SECONDS_MAX = 900
ATTEMPTS_MAX = 5
OPT_OUT_OPTION = "opt_out"

Status = Broadcast.Status
State = BroadcastRecipient.State
Reason = BroadcastRecipient.Reason


def send_pending() -> int:
    """One round over all running broadcasts; returns how many customers were tried. Safe with many at work."""
    return sum(_send_for_a_while(broadcast) for broadcast in running_broadcasts())


def running_broadcasts() -> "QuerySet[Broadcast]":
    """The one that was started first comes first."""
    return Broadcast.objects.filter(status=Status.RUNNING).order_by("started_at")


def _send_for_a_while(broadcast: Broadcast) -> int:
    """As long as the pace has room for more, but no longer than a round: other broadcasts wait."""
    tried, until = 0, time.monotonic() + ROUND_SECONDS
    while time.monotonic() < until:
        claimed = claim_recipients(broadcast, timezone.now())
        for recipient in claimed:
            _try(broadcast, recipient)
        tried += len(claimed)
        if not claimed:
            break
    if not tried and not BroadcastRecipient.objects.filter(broadcast=broadcast).unfinished().exists():
        finish_broadcast(broadcast.pk)
    return tried


def claim_recipients(broadcast: Broadcast, now: datetime) -> Sequence[BroadcastRecipient]:
    """Take as many rows as the pace allows now, for the length of a lease."""
    due = BroadcastRecipient.objects.filter(broadcast=broadcast).due(now)
    due = due.exclude(conversation__channel__in=_quiet_channels(broadcast, now))
    waiting = min(due.count(), CLAIM_MAX)
    allowed = _reserve(broadcast, waiting, now) if waiting else 0
    if not allowed:
        return []
    until = now + timedelta(seconds=settings.BROADCAST_LEASE_SECONDS)
    with transaction.atomic():
        rows = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",))
        ids = [row.pk for row in rows[:allowed]]
        BroadcastRecipient.objects.filter(pk__in=ids).update(
            state=State.SENDING, due_at=until, attempts=F("attempts") + 1
        )
    return _loaded(broadcast, ids)


@transaction.atomic
def send_to(broadcast: Broadcast, recipient: BroadcastRecipient) -> str:
    """Write to one claimed customer; returns the state that the row has now."""
    mine = BroadcastRecipient.objects.filter(pk=recipient.pk, state=State.SENDING, attempts=recipient.attempts)
    if not Broadcast.objects.filter(pk=broadcast.pk, status=Status.RUNNING).exists():
        mine.update(state=State.PENDING)  # paused meanwhile
        return State.PENDING
    now = timezone.now()
    notice = _compose(broadcast, recipient, now)
    if isinstance(notice, Reason):
        mine.update(state=State.SKIPPED, reason=notice)
        return State.SKIPPED
    message = post_notice(recipient.conversation_id, notice)
    if message is None:
        return _wait(broadcast, recipient, mine, now)
    if not mine.update(state=State.SENT, message=message, sent_at=now):
        # The lease was over and another sender has the row: this message was never written.
        transaction.set_rollback(True)
    return State.SENT


def _try(broadcast: Broadcast, recipient: BroadcastRecipient) -> None:
    try:
        send_to(broadcast, recipient)
    except Exception:  # one customer who cannot be written to must not stop the others
        logger.exception("broadcast %d could not be sent to customer %d", broadcast.pk, recipient.customer_id)
        is_last = recipient.attempts >= ATTEMPTS_MAX
        BroadcastRecipient.objects.filter(pk=recipient.pk, state=State.SENDING, attempts=recipient.attempts).update(
            state=State.FAILED if is_last else State.PENDING,
            reason=Reason.ERROR if is_last else "",
            due_at=timezone.now() + timedelta(seconds=BUSY_SECONDS),
        )


def _compose(broadcast: Broadcast, recipient: BroadcastRecipient, now: datetime) -> Notice | Reason:
    """The message for this customer, or why there is none."""
    channel = recipient.conversation.channel
    if recipient.customer.marketing_consent == Customer.Consent.REFUSED:
        return Reason.OPTED_OUT
    if not is_window_open(platform_of(channel), getattr(recipient, "wrote_at", None), now):
        return Reason.WINDOW
    values = {
        "name": recipient.customer.name,
        "coupon": recipient.coupon,
        "order": getattr(recipient, "order_number", None) or "",
    }
    filled = fill_in(broadcast.text, values)
    if filled.missing:
        return Reason.MISSING_VALUE
    shown = show(broadcast.card, platform=platform_of(channel), text=filled.text)
    if shown is None:
        return Reason.NOT_ALLOWED
    why = {"decision": "broadcast", "broadcast": broadcast.pk}
    name = channel.display_title
    if channel.kind == "web":  # one tap; writing TD does the same everywhere
        option = {"id": OPT_OUT_OPTION, "text": gettext("Unsubscribe")}
        return Notice(shown.text, why, card=shown.card, name=name, options=[option])
    return Notice(f"{shown.text}\n{gettext('Reply TD to get no more of these.')}", why, card=shown.card, name=name)


def _wait(broadcast: Broadcast, recipient: BroadcastRecipient, mine: RecipientQuerySet, now: datetime) -> str:
    """The customer is talking: afterwards, or not at all once patience is over."""
    started = broadcast.started_at or now
    if now - started >= timedelta(hours=broadcast.patience_hours):
        mine.update(state=State.SKIPPED, reason=Reason.BUSY)
        return State.SKIPPED
    pause = min(BUSY_SECONDS * recipient.attempts, BUSY_SECONDS_MAX)
    mine.update(state=State.PENDING, due_at=now + timedelta(seconds=pause))
    return State.PENDING


def _reserve(broadcast: Broadcast, wanted: int, now: datetime) -> int:
    """How many may be sent now. Moves the broadcast's pace on; nothing when another sender was faster."""
    gap = timedelta(seconds=60 / broadcast.per_minute)
    start = max(broadcast.paced_until or now, now - timedelta(seconds=BURST_SECONDS))
    allowed = min(wanted, int((now - start) / gap) + 1) if start <= now else 0
    if not allowed:
        return 0
    same = Broadcast.objects.filter(pk=broadcast.pk, status=Status.RUNNING, paced_until=broadcast.paced_until)
    if not same.update(paced_until=start + allowed * gap):
        return 0
    broadcast.paced_until = start + allowed * gap
    return allowed


def _quiet_channels(broadcast: Broadcast, now: datetime) -> list[int]:
    hours = broadcast.quiet_from, broadcast.quiet_until
    channels = Channel.objects.select_related("schedule")
    return [channel.pk for channel in channels if quiet_until(now, *hours, zone_of(channel))]


def _loaded(broadcast: Broadcast, ids: Sequence[int]) -> Sequence[BroadcastRecipient]:
    """The claimed rows with all that their messages need, in one query."""
    rows = BroadcastRecipient.objects.filter(pk__in=ids).select_related("customer", "conversation__channel")
    said = Message.objects.filter(conversation=OuterRef("conversation")).from_customer()
    rows = rows.annotate(wrote_at=Subquery(said.order_by("-seq").values("created_at")[:1]))
    if "order" in variables_of(broadcast.text):
        orders = Order.objects.filter(customer=OuterRef("customer")).newest_first()
        rows = rows.annotate(order_number=Subquery(orders.values("number")[:1]))
    return list(rows.order_by("pk"))
