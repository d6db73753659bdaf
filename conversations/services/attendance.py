"""An agent comes, steps out or leaves: what that means for customers."""

from django.utils import timezone

from conversations.models import Conversation
from conversations.services.announce import announce_queue
from conversations.services.assignment import assign_soon
from cs_platform.models import User
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
