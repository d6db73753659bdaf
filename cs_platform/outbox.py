"""The ticker's threads that keep events and deadlines moving."""

from cs_platform.due import run_due
from cs_platform.events import deliver_pending
from cs_platform.jobs import register_sweep

PACE_SECONDS = 0.25

register_sweep("outbox", deliver_pending, every=PACE_SECONDS, thread=True)
register_sweep("deadlines", run_due, every=PACE_SECONDS, thread=True)
