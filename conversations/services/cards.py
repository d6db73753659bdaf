"""A customer sends the form of a card: validated, stored once, thanked for."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from conversations.events import CardSubmitted
from conversations.models import CardSubmission, Message
from conversations.services.announce import announce_message
from conversations.services.ledger import ClientIdReused, Draft, append_message
from cs_platform.contacts import clean_email, clean_phone, clean_wechat
from cs_platform.events import emit
from cs_platform.realtime import desk_group, push_on_commit
from cs_platform.text import mask_email, mask_phone, mask_wechat, storable

CONSENT = "consent"
LINE_CHARACTERS_MAX = 100
NOTE_CHARACTERS_MAX = 500


class UnknownCard(Exception):
    """This message of the conversation has no form."""


class BadValues(Exception):
    """Fields that are missing or make no sense."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def submit_card(conversation_id: int, message_id: int, *, client_id: str, values: Mapping[str, Any]) -> Message:
    """Keep what a customer filled in, and thank for it; returns the message that thanks.

    Sending it again under the same client id changes nothing and returns the first one's. Raises `UnknownCard`,
    `BadValues`, or `ClientIdReused` when the card was sent already, by another id.
    """
    if repeat := _find_submission(conversation_id, message_id):
        return _repeat(repeat, client_id)
    try:
        return _submit(conversation_id, message_id, client_id, values)
    except IntegrityError:  # a twin of this very frame was first
        if repeat := _find_submission(conversation_id, message_id):
            return _repeat(repeat, client_id)
        raise


@transaction.atomic
def _submit(conversation_id: int, message_id: int, client_id: str, values: Mapping[str, Any]) -> Message:
    message = Message.objects.select_for_update().filter(pk=message_id, conversation_id=conversation_id).first()
    card = message.card if message and not message.is_private else None
    if message is None or not card or card.get("kind") != "lead":
        raise UnknownCard
    clean = read_values(card, values)
    receipt = append_message(
        conversation_id,
        Draft(
            sender=Message.Sender.SYSTEM,
            text=card.get("thanks") or gettext("Thank you, we have got your details."),
            decision={"decision": "card", "card": card.get("id"), "message": message_id},
        ),
        only_if={},
    )
    if receipt is None:
        raise UnknownCard
    submission = CardSubmission.objects.create(
        message=message,
        receipt=receipt,
        client_id=client_id,
        values=clean,
        consent_text=str(card.get("consent") or "")[:300],
    )
    message.card = {**card, "submitted": True, "summary": summarise(clean)}
    message.save(update_fields=["card"])
    filled_in = {"type": "desk.card", "conversation": conversation_id, "message": message.pk, "card": message.card}
    push_on_commit(desk_group(conversation_id), filled_in)
    emit(CardSubmitted(submission.pk, conversation_id))
    announce_message(receipt)
    return receipt


def read_values(card: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, in one spelling. Raises `BadValues` with the fields that are missing or make no sense."""
    clean: dict[str, str] = {}
    bad = [CONSENT] if card.get("consent") and values.get(CONSENT) is not True else []
    for field in card.get("fields", []):
        name, typed = field["name"], _line(values.get(field["name"]), field["name"])
        clean[name] = _READERS.get(name, str)(typed)
        if (typed and not clean[name]) or (field.get("required") and not clean[name]):
            bad.append(name)
    if not bad and not any(clean.values()):
        bad = [field["name"] for field in card.get("fields", [])]
    if bad:
        raise BadValues(bad)
    return {name: value for name, value in clean.items() if value}


def summarise(values: Mapping[str, str]) -> dict[str, str]:
    """What the card shows once it was sent: enough to recognise it, too little to misuse it."""
    return {name: _MASKS[name](value) if name in _MASKS else value for name, value in values.items()}


_MASKS = {"phone": mask_phone, "email": mask_email, "wechat": mask_wechat}
_READERS = {"phone": clean_phone, "wechat": clean_wechat, "email": clean_email}


def _line(value: object, name: str) -> str:
    if not isinstance(value, str):
        return ""
    limit = NOTE_CHARACTERS_MAX if name == "note" else LINE_CHARACTERS_MAX
    return storable(value).strip()[:limit]


def _find_submission(conversation_id: int, message_id: int) -> CardSubmission | None:
    rows = CardSubmission.objects.select_related("receipt")
    return rows.filter(message_id=message_id, message__conversation_id=conversation_id).first()


def _repeat(submission: CardSubmission, client_id: str) -> Message:
    if submission.client_id != client_id:
        raise ClientIdReused
    return submission.receipt
