"""What a platform sent: kept before it is acknowledged, and taken in as the customer's message exactly once."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext

from conversations.adapters import adapter_of
from conversations.adapters.base import Adapter, Arrival, Media, NotSent, Rejected, Senseless
from conversations.events import ConversationCreated
from conversations.models import Attachment, Conversation, Customer, CustomerIdentity, InboundPayload, PlatformThread
from conversations.responding import offered_entry_id
from conversations.services.attachments import keep_media
from conversations.services.feedback import find_option
from conversations.services.incoming import Incoming, Receipt
from conversations.services.programs import receive_now
from conversations.services.visits import greet
from conversations.windows import reopen
from cs_platform.claims import claim, pause_after
from cs_platform.events import emit
from cs_platform.media import Unacceptable, examine
from cs_platform.text import storable
from cs_platform.threads import release_connection
from routing.models import Channel

logger = logging.getLogger(__name__)

State = InboundPayload.State
LEASE_SECONDS = 30.0  # longer than one file can take
FETCHES_MAX = 3  # then the customer's words are taken in without the file
ATTEMPTS_MAX = 8  # then what stumbles each time is given up, or nothing the customer sends later would be heard
KEEP_DAYS = 7
GREETED_AT = {"follow", "enter"}


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who an arrival is from, and what was said; None when nothing was."""

    conversation: Conversation
    incoming: Incoming | None


def take_payload(adapter: Adapter, payload: str) -> list[Receipt]:
    """Keep a verified payload and take in what it says, all in one transaction; a repetition changes nothing.

    What comes with files is only kept: `take_in_next` fetches them within a moment, and what the same customer sends
    meanwhile waits behind it.
    """
    try:
        arrivals, error = adapter.parse(payload), ""
    except Senseless as senseless:
        arrivals, error = [], str(senseless)
    try:
        return _keep(adapter.channel, payload, arrivals, error)
    except IntegrityError:  # the same customer's first two messages, or one message twice, in the same moment
        return _keep(adapter.channel, payload, arrivals, error)


@transaction.atomic
def _keep(channel: Channel, payload: str, arrivals: Sequence[Arrival], error: str) -> list[Receipt]:
    key = arrivals[0].key if len(arrivals) == 1 else f"sha256:{hashlib.sha256(payload.encode()).hexdigest()}"
    senders = {arrival.sender for arrival in arrivals}
    row, is_new = InboundPayload.objects.get_or_create(
        channel=channel,
        key=key,
        defaults={
            "body": payload.replace("\x00", ""),
            "sender": senders.pop() if len(senders) == 1 else "",
            "state": State.FAILED if error else State.WAITING if arrivals else State.IGNORED,
            "error": error[:300],
        },
    )
    if not is_new or row.state != State.WAITING:
        return []
    if any(arrival.media for arrival in arrivals) or _is_behind(row):
        return []
    receipts = [_take_in(channel, arrival) for arrival in arrivals]
    _settle(row, State.DONE)
    return [receipt for receipt in receipts if receipt is not None]


def _is_behind(row: InboundPayload) -> bool:
    """An earlier message of the same customer still waits for its file."""
    same = InboundPayload.objects.filter(channel_id=row.channel_id, sender=row.sender, state=State.WAITING)
    return same.filter(pk__lt=row.pk).exists()


def _take_in(channel: Channel, arrival: Arrival, attachments: Sequence[Attachment] = ()) -> Receipt | None:
    admitted = admit(channel, arrival, attachments)
    return receive_now(admitted.incoming) if admitted.incoming else None


def admit(channel: Channel, arrival: Arrival, attachments: Sequence[Attachment] = ()) -> Admitted:
    """Find or make the customer and the conversation, open the window of replies, greet a new follower."""
    now = timezone.now()
    conversation = conversation_of(channel, arrival)
    _note_sign(conversation, arrival, now)
    if arrival.sign in GREETED_AT:
        greet(conversation)
    if not arrival.is_message:
        return Admitted(conversation, None)
    return Admitted(conversation, _incoming(conversation, arrival, attachments))


def conversation_of(channel: Channel, arrival: Arrival) -> Conversation:
    """The conversation of whoever sent this; both are made when the platform shows somebody new."""
    identities = CustomerIdentity.objects.select_related("customer")
    identity = identities.filter(channel=channel, kind=channel.kind, external_id=arrival.sender).first()
    if identity is None:
        customer = Customer.objects.create(name=arrival.name)
        CustomerIdentity.objects.create(
            customer=customer, channel=channel, kind=channel.kind, external_id=arrival.sender
        )
    else:
        customer = identity.customer
        if arrival.name and not customer.name:
            Customer.objects.filter(pk=customer.pk, name="").update(name=arrival.name)
    conversation, is_new = Conversation.objects.get_or_create(customer=customer, channel=channel)
    if is_new:
        emit(ConversationCreated(conversation.pk, channel.key, customer.pk))
    return Conversation.objects.select_related("customer", "channel", "agent", "group").get(pk=conversation.pk)


def _note_sign(conversation: Conversation, arrival: Arrival, now: datetime) -> None:
    thread, _ = PlatformThread.objects.get_or_create(conversation=conversation, defaults={"recipient": arrival.sender})
    adapter = adapter_of(conversation.channel)
    allowances = adapter.capabilities.allowances if adapter else {}
    before = thread.window
    window = reopen(before, allowances.get(arrival.sign), now)
    changes: dict[str, Any] = {"recipient": arrival.sender, "is_reachable": arrival.sign != "unfollow"}
    if window != before and window is not None:  # else what a sender has just spent would be given back
        changes |= {"remaining": window.remaining, "expires_at": window.expires_at}
    PlatformThread.objects.filter(pk=thread.pk).update(**changes)


def _incoming(conversation: Conversation, arrival: Arrival, attachments: Sequence[Attachment]) -> Incoming:
    offered = bool(arrival.option_id) and find_option(conversation.pk, arrival.option_id) is not None
    return Incoming(
        conversation_id=conversation.pk,
        client_id=_client_id(arrival),
        text=_clean(arrival.text),
        author_name=conversation.customer.name,
        chosen_entry_id=offered_entry_id(arrival.option_id) if offered else None,
        chosen_option=arrival.option_id[:100] if offered else None,
        platform_id=f"{conversation.channel_id}:{arrival.key}"[:200],
        attachment_ids=tuple(attachment.pk for attachment in attachments),
    )


def _client_id(arrival: Arrival) -> str:
    return hashlib.sha256(arrival.key.encode()).hexdigest()


def _clean(text: str) -> str:
    """What every database takes, no longer than what a visitor may write."""
    text = storable(text).strip()
    return text[: settings.MESSAGE_CHARACTERS_MAX]


# --- What waits for its files


def count_waiting() -> dict[int, int]:
    """How many payloads can be taken in now, by channel."""
    rows = InboundPayload.objects.to_take(timezone.now()).order_by().values("channel_id")
    return dict(rows.annotate(amount=Count("pk")).values_list("channel_id", "amount"))


def take_in_next(channel_id: int) -> bool:
    """Take in the oldest payload of a channel that waits; False when there is none. Safe with many at work."""
    now = timezone.now()
    ids = InboundPayload.objects.to_take(now).filter(channel_id=channel_id).order_by("pk").values_list("pk", flat=True)
    for pk in ids[:20]:
        if claim(InboundPayload.objects.to_take(now), pk, now, lease_seconds=LEASE_SECONDS):
            _take_in_claimed(InboundPayload.objects.select_related("channel").get(pk=pk))
            return True
    return False


def _take_in_claimed(row: InboundPayload) -> None:
    adapter = adapter_of(row.channel)
    if adapter is None:
        _settle(row, State.FAILED, "no such platform")
        return
    try:
        for arrival in adapter.parse(row.body):
            _take_in_with_files(adapter, row, arrival)
    except NotSent as failure:
        _postpone(row, str(failure))
    except Senseless as failure:
        _settle(row, State.FAILED, str(failure))
    except Exception as failure:
        logger.exception("payload %d could not be taken in", row.pk)
        if row.attempts < ATTEMPTS_MAX:
            _postpone(row, type(failure).__name__)
        else:
            _settle(row, State.FAILED, type(failure).__name__)
    else:
        _settle(row, State.DONE)


def _take_in_with_files(adapter: Adapter, row: InboundPayload, arrival: Arrival) -> None:
    conversation = conversation_of(row.channel, arrival)
    if conversation.messages.filter(client_id=_client_id(arrival)).exists():
        return  # a crash came between the message and the end of this payload
    kept: list[Attachment] = []
    missing: list[str] = []
    for media in arrival.media:
        try:
            _hold(row)
            release_connection()
            kept.append(keep_media(conversation.pk, examine(*adapter.fetch(media))))
        except NotSent as failure:
            if not isinstance(failure, Rejected) and row.attempts < FETCHES_MAX:
                raise
            missing.append(_missing(media))
        except Unacceptable:
            missing.append(_missing(media))
    text = "\n".join(filter(None, (arrival.text, *missing)))
    said = Arrival(arrival.key, arrival.sender, arrival.sign, text, arrival.media, arrival.option_id, arrival.name)
    with transaction.atomic():
        _take_in(row.channel, said, kept)


def _hold(row: InboundPayload) -> None:
    """The next file may take as long as the first: nobody else begins meanwhile."""
    until = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    InboundPayload.objects.filter(pk=row.pk, attempts=row.attempts).update(lease_until=until)


def _missing(media: Media) -> str:
    if media.kind == "image":
        return gettext("[An image that could not be fetched]")
    return gettext("[A file that could not be fetched: %(name)s]") % {"name": media.name or media.ref[:60]}


def _postpone(row: InboundPayload, error: str) -> None:
    again = timezone.now() + pause_after(row.attempts)
    InboundPayload.objects.filter(pk=row.pk).update(lease_until=None, next_at=again, error=error[:300])


def _settle(row: InboundPayload, state: str, error: str = "") -> None:
    InboundPayload.objects.filter(pk=row.pk).update(state=state, lease_until=None, error=error[:300])


def forget_old_payloads() -> None:
    """Payloads hold what customers wrote: they are kept only as long as they help to find a fault."""
    until = timezone.now() - timedelta(days=KEEP_DAYS)
    InboundPayload.objects.filter(received_at__lt=until).exclude(state=State.WAITING).delete()
