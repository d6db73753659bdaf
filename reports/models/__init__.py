"""What reports keep: one fact row per service episode, what each person did in it, and sums by hour and by day."""

from reports.models.episode import Episode, Participation
from reports.models.tally import HourTally, TopicTally
from reports.models.watermark import Watermark

__all__ = ["Episode", "HourTally", "Participation", "TopicTally", "Watermark"]
