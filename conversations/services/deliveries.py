"""Messages on their way to platforms: a row each, made with the message, sent in order, at most one at a time.

What is sent and not yet written down when the process dies is sent again: nothing is lost. Platforms that recognise a
repetition by its key (`Capabilities.is_idempotent`) show it once; WeChat takes no key and may show it twice. It is sent
again soon: a platform may let the shop write for no more than a minute after the customer's sign.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext

from conversations.adapters import adapter_of, capabilities_of
from conversations.adapters.base import (
    SEND_SECONDS,
    Adapter,
    Capabilities,
    Delayed,
    File,
    NotSent,
    Outgoing,
    Part,
    Rejected,
)
from conversations.links import attachment_path
from conversations.models import Attachment, Conversation, Message, OutboundDelivery, PlatformThread
from conversations.services.announce import announce_note
from conversations.services.attachments import read_attachment
from cs_platform.claims import claim, pause_after
from cs_platform.threads import release_connection

logger = logging.getLogger(__name__)

State = OutboundDelivery.State
LEASE_SECONDS = SEND_SECONDS + 10  # longer than one part can take, or two processes would send it
GIVE_UP_HOURS = 6
KEEP_DAYS = 30
KEEP_FAILED_DAYS = 90
LINK_DAYS = 7
# On platforms that count our messages these are not worth one of them: the next message says as much.
SMALL_NEWS = {"takeover", "give_back", "release", "transfer", "idle_warning"}


def queue_delivery(message: Message, conversation: Conversation) -> None:
    """In the message's own transaction: it has to reach the platform. Nothing to do for a website's conversation."""
    can = capabilities_of(conversation.channel)
    if can is None or not _is_worth_sending(message, can):
        return
    OutboundDelivery.objects.create(message=message, conversation=conversation, channel=conversation.channel)


def send_again(delivery: OutboundDelivery) -> bool:
    """Try a failed delivery anew; False when it has not failed."""
    failed = OutboundDelivery.objects.filter(pk=delivery.pk, state=State.FAILED)
    now = timezone.now()
    return failed.update(state=State.WAITING, attempts=0, next_at=now, created_at=now, reason="", error="") == 1


def count_due() -> dict[int, int]:
    """How many deliveries can be sent now, by channel."""
    rows = OutboundDelivery.objects.to_send(timezone.now()).order_by().values("channel_id")
    return dict(rows.annotate(amount=Count("pk")).values_list("channel_id", "amount"))


def deliver_next(channel_id: int) -> bool:
    """Send the oldest delivery of a channel that is due; False when there is none. Safe with many at work."""
    now = timezone.now()
    due = OutboundDelivery.objects.to_send(now).filter(channel_id=channel_id)
    for pk in due.order_by("next_at", "pk").values_list("pk", flat=True)[:20]:
        if claim(OutboundDelivery.objects.to_send(now), pk, now, lease_seconds=LEASE_SECONDS):
            _deliver_claimed(pk)
            return True
    return False


def forget_old_deliveries() -> None:
    """What arrived is of no interest after a month; what never did, nobody sends again after three."""
    now = timezone.now()
    for state, days in ((State.SENT, KEEP_DAYS), (State.FAILED, KEEP_FAILED_DAYS)):
        OutboundDelivery.objects.filter(created_at__lt=now - timedelta(days=days), state=state).delete()


def _deliver_claimed(pk: int) -> None:
    rows = OutboundDelivery.objects.select_related("message", "channel", "conversation__platform_thread")
    delivery = rows.get(pk=pk)
    adapter = adapter_of(delivery.channel)
    thread = getattr(delivery.conversation, "platform_thread", None)
    try:
        if adapter is None or thread is None or not thread.is_reachable:
            raise Rejected("recipient", gettext("The customer cannot be reached on this platform."))
        if not delivery.channel.is_enabled:
            raise Delayed("configuration", gettext("The channel is switched off."), wait_seconds=60)
        with translation.override(delivery.channel.language):  # the AI is named in the customer's language
            platform_id = _send_parts(delivery, adapter, thread)
    except Rejected as failure:
        _fail(delivery, failure)
    except NotSent as failure:
        _postpone(delivery, failure)
    except Exception as failure:  # an adapter stumbled; the row must not stay claimed, nor be lost
        logger.exception("delivery %d failed", pk)
        _postpone(delivery, Delayed("unexpected", type(failure).__name__))
    else:
        _finish(delivery, platform_id)


def _send_parts(delivery: OutboundDelivery, adapter: Adapter, thread: PlatformThread) -> str:
    outgoing = outgoing_of(delivery.message, thread.recipient)
    platform_id = delivery.platform_id
    for number, part in enumerate(adapter.split(outgoing)):
        if number < delivery.parts_sent:
            continue
        platform_id = _send_part(adapter, thread, outgoing, part) or platform_id
        lease = timezone.now() + timedelta(seconds=LEASE_SECONDS)
        if not _held(delivery).update(parts_sent=number + 1, lease_until=lease, platform_id=platform_id):
            break  # the rest is in the hands of whoever took it over
    return platform_id


def _held(delivery: OutboundDelivery) -> "QuerySet[OutboundDelivery]":
    """The delivery's row, while nobody else has claimed it since."""
    return OutboundDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)


def _send_part(adapter: Adapter, thread: PlatformThread, outgoing: Outgoing, part: Part) -> str:
    is_metered = bool(adapter.capabilities.allowances)
    if is_metered and not _spend(thread, timezone.now()):
        raise Rejected("window_closed", gettext("The platform allows no more messages before the customer writes."))
    release_connection()
    adapter.start_clock()
    try:
        return adapter.send(outgoing, part)
    except NotSent:
        if is_metered:
            _give_back(thread)
        raise


def _spend(thread: PlatformThread, now: datetime) -> bool:
    """Count one message before it is sent: two at once must not both be the last one."""
    open_rows = PlatformThread.objects.filter(pk=thread.pk, remaining__gt=0, expires_at__gt=now)
    return open_rows.update(remaining=F("remaining") - 1) == 1


def _give_back(thread: PlatformThread) -> None:
    """It was not sent. A window that the customer opened anew meanwhile is full already."""
    PlatformThread.objects.filter(pk=thread.pk, expires_at=thread.expires_at).update(remaining=F("remaining") + 1)


def outgoing_of(message: Message, recipient: str) -> Outgoing:
    """A stored message as adapters need it."""
    return Outgoing(
        key=f"msg_{message.pk}",
        recipient=recipient,
        sender=message.sender,
        name=message.author_name,
        text=message.text,
        created_at=message.created_at,
        conversation_id=message.conversation_id,
        options=message.options,
        card=message.card,
        files=[_file(attachment) for attachment in message.attachments.all()] if message.attached else [],
    )


def _file(attachment: Attachment) -> File:
    path = attachment_path(attachment.pk, attachment.name, days=LINK_DAYS)
    return File(
        name=attachment.name,
        kind=attachment.kind,
        content_type=attachment.content_type,
        size=attachment.size,
        url=f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else "",
        read=partial(read_attachment, attachment),
    )


def _is_worth_sending(message: Message, can: Capabilities) -> bool:
    decision: Mapping[str, object] = message.decision or {}
    is_silence = decision.get("decision") == "close" and decision.get("reason") == "idle"
    is_small = message.sender == Message.Sender.SYSTEM and (is_silence or decision.get("decision") in SMALL_NEWS)
    return not (is_small and can.allowances)


def _finish(delivery: OutboundDelivery, platform_id: str) -> None:
    _held(delivery).update(
        state=State.SENT, sent_at=timezone.now(), lease_until=None, reason="", error="", platform_id=platform_id
    )


def _postpone(delivery: OutboundDelivery, failure: NotSent) -> None:
    now = timezone.now()
    if now - delivery.created_at > timedelta(hours=GIVE_UP_HOURS):
        _fail(delivery, failure)
        return
    wait = max(pause_after(delivery.attempts), timedelta(seconds=getattr(failure, "wait_seconds", 0.0)))
    _held(delivery).update(next_at=now + wait, lease_until=None, reason=failure.reason, error=failure.detail[:300])


@transaction.atomic
def _fail(delivery: OutboundDelivery, failure: NotSent) -> None:
    """It will not arrive: the manager sees it in the back office, the agents beside the conversation."""
    still = _held(delivery).filter(state=State.WAITING)
    if still.update(state=State.FAILED, lease_until=None, reason=failure.reason, error=failure.detail[:300]):
        _tell_agents(delivery, failure)


def _tell_agents(delivery: OutboundDelivery, failure: NotSent) -> None:
    conversation = Conversation.objects.select_for_update().get(pk=delivery.conversation_id)
    note, is_new = Message.objects.get_or_create(
        conversation=conversation,
        client_id=f"undelivered-{delivery.message_id}",
        defaults={
            "seq": conversation.last_seq,
            "sender": Message.Sender.SYSTEM,
            "is_private": True,
            "text": gettext("Not delivered: “%(text)s” — %(reason)s")
            % {"text": delivery.message.text[:40], "reason": _reason(failure)},
            "decision": {"decision": "undelivered", "reason": failure.reason},
        },
    )
    if is_new:
        announce_note(note)


def _reason(failure: NotSent) -> str:
    return {
        "window_closed": gettext("the platform allows no more messages until the customer writes again"),
        "recipient": gettext("the customer cannot be reached there any more"),
        "content": gettext("the platform refuses the content"),
    }.get(failure.reason, failure.detail)
