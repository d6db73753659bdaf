"""Who may answer where and when: channels, strategies, hours, people, rules, and what customers come for."""

from routing.models.agent import PRESENCE_SECONDS, Agent
from routing.models.channel import Channel, new_identity_secret
from routing.models.group import SkillGroup
from routing.models.intent import Intent, IntentExample
from routing.models.rule import Priority, Rule
from routing.models.schedule import Duty, Holiday, Interval, Schedule, Weekday
from routing.models.strategy import Strategy
from routing.models.version import RoutingVersion

__all__ = [
    "PRESENCE_SECONDS",
    "Agent",
    "Channel",
    "Duty",
    "Holiday",
    "Intent",
    "IntentExample",
    "Interval",
    "Priority",
    "RoutingVersion",
    "Rule",
    "Schedule",
    "SkillGroup",
    "Strategy",
    "Weekday",
    "new_identity_secret",
]
