"""What runs by itself: the sweeps that finish what a crash or an overload left, and what is due at its time."""

from conversations.services.arrivals import count_waiting, forget_old_payloads, take_in_next
from conversations.services.assignment import assign_waiting
from conversations.services.attachments import sweep_unsent
from conversations.services.deliveries import count_due, deliver_next, forget_old_deliveries
from conversations.services.overdue import sweep_deadlines
from conversations.services.tickets import TICKET_OVERDUE, notice_overdue
from conversations.services.turn import sweep_turns
from cs_platform.crews import Crew
from cs_platform.due import register_due
from cs_platform.jobs import register_sweep, schedule_job

register_sweep("turns", sweep_turns, every=0.5)
register_sweep("deadlines", sweep_deadlines, every=1.0)
register_sweep("assignment", assign_waiting, every=1.0)
register_due(TICKET_OVERDUE, notice_overdue)
register_sweep("unsent uploads", sweep_unsent, every=600.0, thread=True)
register_sweep(
    "platform messages", Crew("platform messages", count_waiting, take_in_next).start_due, every=0.5, thread=True
)
register_sweep("deliveries", Crew("deliveries", count_due, deliver_next).start_due, every=0.25, thread=True)
schedule_job("forget old platform payloads", forget_old_payloads, cron="41 3 * * *")
schedule_job("forget old deliveries to platforms", forget_old_deliveries, cron="47 3 * * *")
