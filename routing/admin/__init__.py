"""Back office of routing: channels, how and when they receive, who answers, and the rules with a page to try them."""

from routing.admin.agent import AgentAdmin, SkillGroupAdmin
from routing.admin.channel import ChannelAdmin
from routing.admin.intent import IntentAdmin
from routing.admin.rule import RuleAdmin
from routing.admin.schedule import DutyAdmin, HolidayAdmin, ScheduleAdmin
from routing.admin.strategy import StrategyAdmin

__all__ = [
    "AgentAdmin",
    "ChannelAdmin",
    "DutyAdmin",
    "HolidayAdmin",
    "IntentAdmin",
    "RuleAdmin",
    "ScheduleAdmin",
    "SkillGroupAdmin",
    "StrategyAdmin",
]
