"""Who may answer where: channels with their strategy, and agents with their presence."""

from routing.models.agent import PRESENCE_SECONDS, Agent
from routing.models.channel import Channel, new_identity_secret

__all__ = ["PRESENCE_SECONDS", "Agent", "Channel", "new_identity_secret"]
