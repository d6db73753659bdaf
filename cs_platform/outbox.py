"""The ticker's threads that keep events, deadlines and notices moving."""

from cs_platform.due import run_due
from cs_platform.events import deliver_pending
from cs_platform.given_up import forget_given_up
from cs_platform.jobs import schedule_job
from cs_platform.models import DueItem, OutboxItem
from cs_platform.notify.services import due_notices, forget_old_notices, send_pending_notices
from cs_platform.sweeps import register_sweep

PACE_SECONDS = 0.25

register_sweep("outbox", deliver_pending, every=PACE_SECONDS, thread=True, rows=OutboxItem.objects.to_deliver)
register_sweep("due items", run_due, every=PACE_SECONDS, thread=True, rows=DueItem.objects.to_run)
register_sweep("notices", send_pending_notices, every=1.0, thread=True, rows=due_notices)
schedule_job("old notices", forget_old_notices, cron="40 3 * * *")
schedule_job("events given up", forget_given_up, cron="43 3 * * *")
