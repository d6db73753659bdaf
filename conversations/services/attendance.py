"""An agent comes, steps out or leaves: what that means for customers."""

from typing import Any

from django.utils import timezone

from conversations.frames import encode
from conversations.listing import agents_to_transfer_to
from conversations.models import Conversation
from conversations.services.announce import announce_queue
from conversations.services.assignment import assign_soon, count_chats
from cs_platform.models import User
from cs_platform.realtime import push_on_commit, user_group
from routing.models import Agent
from routing.presence import set_presence

Owner = Conversation.Owner


def change_presence(user: User, presence: str) -> None:
    """Keep what the agent's switch says. Who is back gets customers again; who leaves gives up those who wait."""
    set_presence(user, presence)
    if presence == Agent.Presence.ONLINE:
        lost = Conversation.objects.filter(owner=Owner.QUEUE, passed_by_id=user.pk)
        lost.filter(handoff_reason=Conversation.HandoffReason.AGENT_SILENT).update(passed_by=None)
        assign_soon()
    elif presence == Agent.Presence.OFFLINE:
        waiting = Conversation.objects.owned_by(user.pk).filter(waiting_since__isnull=False)
        waiting.update(deadline=timezone.now())
    announce_queue()
    _show_everywhere(user, {"type": "presence", "status": presence})


def set_automatic(user: User, is_on: bool) -> None:
    """Whether this agent is given waiting customers without asking."""
    Agent.objects.update_or_create(user=user, defaults={"accepts_automatically": is_on})
    if is_on:
        assign_soon()
    _show_everywhere(user, {"type": "automatic", "is_on": is_on})


def _show_everywhere(user: User, frame: dict[str, Any]) -> None:
    """One agent has one switch, in however many tabs: a stale one would say the old thing again when it reconnects."""
    push_on_commit(user_group(user.pk), {"type": "desk.switch", "frame": encode(frame)})


def colleagues_of(user: User) -> list[dict[str, Any]]:
    """Everybody else who may answer: those who are there first, then by how much they have to do."""
    colleagues = agents_to_transfer_to(user.pk)
    ids = [one["id"] for one in colleagues]
    capacities = dict(Agent.objects.filter(user__in=ids).values_list("user_id", "capacity"))
    present = set(Agent.objects.present().filter(user__in=ids).values_list("user_id", flat=True))
    absent = set(Agent.objects.absent().filter(user__in=ids).values_list("user_id", flat=True))
    loads = count_chats(ids)
    for one in colleagues:
        number = one["id"]
        gone = number in absent or number not in capacities
        one["presence"] = "online" if number in present else "offline" if gone else "away"
        one["load"], one["capacity"] = loads[number], capacities.get(number)
    places = {"online": 0, "away": 1, "offline": 2}
    return sorted(colleagues, key=lambda one: (places[one["presence"]], one["load"], one["name"]))
