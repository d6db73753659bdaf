"""What reports keep: facts of service episodes, sums of them, the merchant's assumptions, and the weekly report."""

from reports.models.cost import ChannelCost, CostAssumption
from reports.models.episode import Episode, Participation
from reports.models.invention import Invention
from reports.models.tally import HourTally, TopicTally
from reports.models.watermark import Watermark
from reports.models.weekly import Mailing, Subscriber, WeeklyReport

__all__ = [
    "ChannelCost",
    "CostAssumption",
    "Episode",
    "HourTally",
    "Invention",
    "Mailing",
    "Participation",
    "Subscriber",
    "TopicTally",
    "Watermark",
    "WeeklyReport",
]
