"""The ticker's threads that keep events, deadlines and notices moving."""

from cs_platform.due import run_due
from cs_platform.events import deliver_pending
from cs_platform.jobs import register_sweep, schedule_job
from cs_platform.notify.services import forget_old_notices, send_pending_notices

PACE_SECONDS = 0.25

register_sweep("outbox", deliver_pending, every=PACE_SECONDS, thread=True)
register_sweep("due items", run_due, every=PACE_SECONDS, thread=True)
register_sweep("notices", send_pending_notices, every=1.0, thread=True)
schedule_job("old notices", forget_old_notices, cron="40 3 * * *")
