"""A customer waits and nobody comes: people are called, the more the longer it lasts, until one takes the customer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from conversations.events import PersonNeeded
from conversations.models import Conversation, EscalationStep
from conversations.services.announce import announce_waiting
from conversations.services.outlook import back_at
from conversations.services.sweeping import look_again
from cs_platform.events import emit
from cs_platform.notify import cancel_notices
from routing.facts import Action
from routing.models import Priority

Audience = EscalationStep.Audience

REPEAT_SECONDS = 300  # the last step is taken again and again
BY_RULE = -1  # the level of a call that no wait has caused


@dataclass(frozen=True, slots=True)
class Step:
    """After so long in the queue these people are called; by one transport, or by all that they have."""

    after_seconds: float
    audience: str
    transport: str = ""


DEFAULT_LADDER = (Step(20, Audience.GROUP), Step(60, Audience.DUTY), Step(180, Audience.MANAGERS))
"""What holds while the shop has written no steps: a wait without an end is no choice that anybody made."""


def ladder_of(channel_id: int) -> list[Step]:
    """The steps of a channel, else those for every channel, else the ones that everybody starts with."""
    rows = EscalationStep.objects.filter(channel=channel_id) or EscalationStep.objects.filter(channel=None)
    steps = [Step(row.after_seconds, row.audience, row.transport) for row in rows.order_by("after_seconds", "pk")]
    return steps or list(DEFAULT_LADDER)


@transaction.atomic
def call_people(conversation: Conversation, now: datetime) -> None:
    """Take the steps that the wait has reached since it was last looked at, once however many look."""
    steps = ladder_of(conversation.channel_id)
    waited = (now - (conversation.queued_at or now)).total_seconds()
    reached = _steps_reached(steps, waited)
    due = range(conversation.alerts_sent, reached)
    at = now + timedelta(seconds=min(_until_next(steps, waited, reached), settings.QUEUE_ALERT_SECONDS))
    if not look_again(conversation, at, alerts_sent=max(reached, conversation.alerts_sent)):
        return
    if due or waited >= settings.QUEUE_ALERT_SECONDS:
        announce_waiting(conversation, "still_waiting")
    for level in due:
        step = steps[min(level, len(steps) - 1)]
        is_outdone = len(steps) <= level < reached - 1  # of repetitions that were missed, one is enough
        if not is_outdone and not conversation.customer.is_blocked and _may_call(conversation, step):
            emit(_person_needed(conversation, step, level, waited))


def call_as_ruled(conversation: Conversation, actions: Sequence[Action]) -> None:
    """A routing rule wants people called at once, whoever answers the customer, and at any hour."""
    for action in actions:
        if action.kind == "notify_duty":
            step, group_id = Step(0, Audience.DUTY), conversation.group_id
        elif action.kind == "notify_group":
            step, group_id = Step(0, Audience.GROUP), int(action.value)
        else:
            continue
        event = _person_needed(conversation, step, BY_RULE, 0.0)
        emit(replace(event, group_id=group_id))


def stop_calling(conversation: Conversation) -> None:
    """Somebody has taken the customer who waited as `conversation` was read: what is not on its way yet stays here."""
    if conversation.alerts_sent or conversation.priority:  # rules that call people make urgent, too
        cancel_notices(occasion(conversation.pk, conversation.epoch))


def occasion(conversation_id: int, epoch: int) -> str:
    """What the notices have in common that are sent while one owner has the conversation."""
    return f"{notices_about(conversation_id)}{epoch}-"


def notices_about(conversation_id: int) -> str:
    """What the keys of all notices about a conversation begin with."""
    return f"person-{conversation_id}-"


def _steps_reached(steps: Sequence[Step], waited: float) -> int:
    reached = sum(step.after_seconds <= waited for step in steps)
    beyond = waited - steps[-1].after_seconds
    return reached + int(beyond // REPEAT_SECONDS) if beyond > 0 else reached


def _until_next(steps: Sequence[Step], waited: float, reached: int) -> float:
    if reached < len(steps):
        return steps[reached].after_seconds - waited
    return steps[-1].after_seconds + REPEAT_SECONDS * (reached - len(steps) + 1) - waited


def _may_call(conversation: Conversation, step: Step) -> bool:
    """While the shop is closed nobody is woken, but for urgent matters whoever is on duty."""
    if back_at(conversation.channel) is None:
        return True
    return step.audience == Audience.DUTY and conversation.priority >= Priority.URGENT


def _person_needed(conversation: Conversation, step: Step, level: int, waited: float) -> PersonNeeded:
    return PersonNeeded(
        conversation_id=conversation.pk,
        epoch=conversation.epoch,
        level=level,
        reason=conversation.handoff_reason,
        channel=conversation.channel.key,
        audience=step.audience,
        transport=step.transport,
        group_id=conversation.group_id,
        waited_seconds=round(waited),
    )
