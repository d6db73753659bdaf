"""The shop's side speaks: the AI only while the conversation is still its own, an agent only in own chats."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext

from conversations.events import TurnTaken
from conversations.models import Conversation, Message
from conversations.responding import Response
from conversations.services.announce import announce_message, announce_note
from conversations.services.attachments import share_media
from conversations.services.escalation import call_as_ruled
from conversations.services.ledger import ClientIdReused, Draft, append_message
from conversations.services.marks import mark
from conversations.services.suggesting import note_use
from conversations.services.walks import keep_move
from cs_platform.events import emit
from cs_platform.models import User
from kb.services.experiments import record_exposure
from kb.services.gaps import note_answer
from kb.services.pictures import pictures_of

Owner = Conversation.Owner


class NotYours(Exception):
    """The conversation is not (or no longer) with this agent."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A claimed turn: what the conversation was when the AI began to think."""

    conversation_id: int
    epoch: int
    answered_seq: int
    customer_seq: int


@transaction.atomic
def send_reply(turn: Turn, response: Response, *, is_final: bool = False) -> Message | None:
    """Send the AI's answer if the conversation is still as it was when the turn was claimed.

    A takeover in between (other epoch) or another answer (other `answered_seq`) stops it for good; a new message of
    the customer stops it too unless `is_final`. None means that nothing was sent. The walk through a decision tree
    moves with the reply; what that raises (`WalkMoved`, `ActionFailed`) undoes both.
    """
    only_if = {"owner": Owner.AI, "epoch": turn.epoch, "answered_seq": turn.answered_seq}
    if not is_final:
        only_if["customer_seq"] = turn.customer_seq
    message = append_message(
        turn.conversation_id,
        Draft(
            sender=Message.Sender.AI,
            text=response.text,
            author_name=response.speaker or gettext("AI assistant"),
            options=response.options,
            entry_id=response.entry_id,
            attachment_ids=_pictures(turn.conversation_id, response),
            answers_seq=turn.customer_seq,
            decision=response.why(),
        ),
        only_if=only_if,
        changes={
            "answered_seq": turn.customer_seq,
            "misses": response.misses,
            "turn_lease_until": None,
            **_after_answer(turn),
        },
    )
    if message is not None:
        keep_move(message, response)
        if mark(message.conversation, response.actions):
            message.conversation.save(update_fields=["priority", "tags"])
        announce_message(message)
        call_as_ruled(message.conversation, response.actions)
        if response.variant_id is not None:
            customer_id = message.conversation.customer_id
            record_exposure(response.variant_id, customer_id=customer_id, conversation_id=turn.conversation_id)
        emit(turn_taken(turn, response, message))
    return message


def _pictures(conversation_id: int, response: Response) -> tuple[int, ...]:
    """The pictures of the entry that answers, kept for this conversation; what is not sent after all is swept later.

    Where a walk begins the entry only leads to it. In one that is under way it answers a question in between.
    """
    begins_walk = response.walk is not None and response.walk.moves == 0
    if response.decision != "answer" or response.entry_id is None or begins_walk:
        return ()
    return tuple(share_media(conversation_id, media).pk for media in pictures_of(response.entry_id))


def _after_answer(turn: Turn) -> dict[str, Any]:
    """Nobody waits any more, unless the customer has written more than what was answered."""
    now = timezone.now()
    look, idle = (now + timedelta(seconds=n) for n in (settings.FIRST_LOOK_SECONDS, settings.IDLE_LOOK_SECONDS))
    has_more = Q(customer_seq__gt=turn.customer_seq)
    return {
        "waiting_since": Case(When(has_more, then=Value(now)), default=None, output_field=DateTimeField()),
        "deadline": Case(When(has_more, then=Value(look)), default=Value(idle), output_field=DateTimeField()),
    }


def turn_taken(turn: Turn, response: Response, message: Message) -> TurnTaken:
    """What others hear of a turn that ended with this message."""
    return TurnTaken(
        conversation_id=turn.conversation_id,
        seq=turn.customer_seq,
        decision=response.decision,
        reason=response.reason,
        intent=response.intent,
        sentiment=response.feeling,
        entry_id=response.entry_id,
        answered_seq=turn.answered_seq,
        episode_seq=message.conversation.episode_seq,
        is_walk=response.walk is not None,
    )


def send_agent_message(
    conversation_id: int,
    agent: User,
    *,
    client_id: str,
    text: str,
    attachment_ids: tuple[int, ...] = (),
    suggestion_id: int | None = None,
) -> Message:
    """Send what an agent wrote in a chat of the agent's own. Repeating a client id stores nothing again.

    `suggestion_id` is the recommended reply that it began as.

    It announces again, though: the process may have died between commit and push, and who has the message
    already passes it over by its number. Raises `NotYours`, `UnknownAttachment`, or `ClientIdReused` when the id was
    used for another message.
    """
    if repeat := _find_repeat(conversation_id, client_id, text, attachment_ids):
        _announce_again(repeat)
        return repeat
    draft = Draft(
        sender=Message.Sender.AGENT,
        text=text,
        author_id=agent.pk,
        author_name=agent.public_name,
        client_id=client_id,
        attachment_ids=attachment_ids,
    )
    try:
        with transaction.atomic():
            message = append_message(
                conversation_id,
                draft,
                only_if={"owner": Owner.AGENT, "agent_id": agent.pk},
                changes=_after_agent(),
            )
            if message is None:
                raise NotYours
            note_answer(conversation_id, text)
            if suggestion_id is not None:
                note_use(suggestion_id, message, by=agent)
            announce_message(message)
            return message
    except IntegrityError:  # a twin of this very request was first
        if repeat := _find_repeat(conversation_id, client_id, text, attachment_ids):
            return repeat
        raise


def _after_agent() -> dict[str, Any]:
    """A person has answered all that the customer wrote."""
    return {
        "answered_seq": F("customer_seq"),
        "waiting_since": None,
        "deadline": timezone.now() + timedelta(seconds=settings.IDLE_LOOK_SECONDS),
        "is_assigned": False,
        "unread": 0,
    }


def add_note(conversation_id: int, agent: User, *, client_id: str, text: str) -> Message:
    """Keep an internal note that only agents see. Repeating a client id stores nothing again."""
    if repeat := _find_repeat(conversation_id, client_id, text):
        _announce_again(repeat)
        return repeat
    try:
        with transaction.atomic():
            conversation = Conversation.objects.select_for_update().get(pk=conversation_id)
            note = Message.objects.create(
                conversation=conversation,
                seq=conversation.last_seq,
                sender=Message.Sender.AGENT,
                author=agent,
                author_name=agent.public_name,
                text=text,
                is_private=True,
                client_id=client_id,
            )
            announce_note(note)
            return note
    except IntegrityError:
        if repeat := _find_repeat(conversation_id, client_id, text):
            return repeat
        raise


def _announce_again(repeat: Message) -> None:
    if repeat.is_private:
        announce_note(repeat)
    else:
        announce_message(repeat, is_repeat=True)


def _find_repeat(
    conversation_id: int, client_id: str, text: str, attachment_ids: tuple[int, ...] = ()
) -> Message | None:
    rows = Message.objects.select_related("conversation__customer", "conversation__channel", "conversation__agent")
    repeat = rows.filter(conversation_id=conversation_id, client_id=client_id).first()
    if repeat is None:
        return None
    if (repeat.text, tuple(one["id"] for one in repeat.attached)) != (text, attachment_ids):
        raise ClientIdReused
    return repeat
