"""What runs beside the requests: facts and figures follow what was said within a second or two."""

from conversations.events import RatingGiven
from cs_platform.events import on
from cs_platform.jobs import register_sweep
from reports.building import sweep_episodes
from reports.handlers import note_rating

register_sweep("reports", sweep_episodes, every=1.5, thread=True)
on(RatingGiven, note_rating)
