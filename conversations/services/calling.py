"""Who is behind a step of the escalation ladder, and what they are told."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from conversations.events import PersonNeeded
from conversations.models import Conversation, EscalationStep
from conversations.services.escalation import occasion
from cs_platform.models import NoticeTarget, User
from cs_platform.notify import Notice, notify
from cs_platform.roles import MANAGER
from routing.duty import people_on_duty
from routing.models import Agent

Audience = EscalationStep.Audience
Owner = Conversation.Owner


def call(event: PersonNeeded) -> int:
    """Send the notices of one step; none when somebody has taken the customer meanwhile. Returns how many are new."""
    rows = Conversation.objects.filter(owner__in=[Owner.QUEUE, Owner.AI], epoch=event.epoch)
    conversation = rows.select_related("channel", "customer").filter(pk=event.conversation_id).first()
    if conversation is None:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        notice = _notice(conversation, event.waited_seconds)
    key = f"{occasion(conversation.pk, event.epoch)}{event.level}-{event.audience}-{event.group_id or ''}"
    return notify(targets_of(event), notice, key=key)


def targets_of(event: PersonNeeded) -> "QuerySet[NoticeTarget]":
    """The audience's own targets, with the robots of group chats for the whole group; those robots when it has none."""
    by_any = NoticeTarget.objects.filter(kind=event.transport) if event.transport else NoticeTarget.objects.all()
    shared = by_any.for_everybody()
    own = by_any.of_people(list(_people(event)))
    if event.audience == Audience.GROUP:
        return own | shared
    return own if own.exists() else shared


def _people(event: PersonNeeded) -> "QuerySet[User, int] | list[int]":
    if event.audience == Audience.DUTY:
        return people_on_duty(timezone.now())
    if event.audience == Audience.MANAGERS:
        managers = Group.objects.filter(name=MANAGER)
        return User.objects.filter(is_active=True, groups__in=managers).values_list("pk", flat=True)
    agents = Agent.objects.filter(user__is_active=True)
    if event.group_id is not None:
        agents = agents.filter(groups=event.group_id)
    return list(agents.values_list("user_id", flat=True))


def _notice(conversation: Conversation, waited_seconds: int) -> Notice:
    reason = Conversation.HandoffReason(conversation.handoff_reason).label if conversation.handoff_reason else ""
    who = {"name": conversation.customer.public_name, "channel": conversation.channel.name}
    if conversation.owner == Owner.AI:
        text = gettext("%(name)s on %(channel)s; the AI is answering.") % who
        return Notice(gettext("A conversation needs your eye"), text)
    minutes = max(1, waited_seconds // 60)
    waits = ngettext(
        "%(name)s has waited for %(count)d minute on %(channel)s.",
        "%(name)s has waited for %(count)d minutes on %(channel)s.",
        minutes,
    ) % {**who, "count": minutes}
    return Notice(gettext("A customer waits for a person"), f"{waits} {reason}".strip())
