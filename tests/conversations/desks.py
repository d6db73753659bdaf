"""Agents who are there, and customers who wait for them."""

from typing import Any

from conversations.models import Conversation
from conversations.services import handover
from cs_platform.models import User
from routing.models import Agent
from routing.presence import set_presence
from tests.factories import claim, make_conversation, make_user, write


def seat(user: User | None = None, *, presence: str = "online", **fields: object) -> User:
    """Somebody at the console who is given customers without asking."""
    user = user or make_user()
    set_presence(user, presence)
    Agent.objects.filter(user=user).update(**{"accepts_automatically": True, **fields})
    return user


def queue(conversation: Conversation | None = None, *, reason: str = "customer_request", **kwargs: Any) -> Conversation:
    """A customer who asked for a person, and waits."""
    conversation = conversation or make_conversation()
    write(conversation, "转人工")
    handover.hand_over(claim(conversation), reason=reason, **kwargs)
    conversation.refresh_from_db()
    return conversation
