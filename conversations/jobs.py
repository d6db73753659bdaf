"""What runs by itself: the sweeps that finish what a crash or an overload left, and what is due at its time."""

from conversations.models import Conversation, InboundPayload, OutboundDelivery
from conversations.services.arrivals import count_waiting, forget_old_payloads, take_in_next
from conversations.services.assignment import assign_waiting, waiting_to_be_assigned
from conversations.services.attachments import sweep_unsent
from conversations.services.deliveries import count_due, deliver_next, forget_old_deliveries
from conversations.services.overdue import sweep_deadlines
from conversations.services.tickets import TICKET_OVERDUE, notice_overdue
from conversations.services.turn import sweep_turns
from conversations.services.walks import forget_stale_walks
from cs_platform.crews import Crew
from cs_platform.due import register_due
from cs_platform.jobs import schedule_job
from cs_platform.sweeps import register_sweep

register_sweep("turns", sweep_turns, every=0.5, rows=Conversation.objects.turn_due)
register_sweep("deadlines", sweep_deadlines, every=1.0, rows=Conversation.objects.past_deadline)
register_sweep("assignment", assign_waiting, every=1.0, rows=lambda now: waiting_to_be_assigned())
register_due(TICKET_OVERDUE, notice_overdue)
register_sweep("unsent uploads", sweep_unsent, every=600.0, thread=True)
register_sweep(
    "platform messages",
    Crew("platform messages", count_waiting, take_in_next).start_due,
    every=0.5,
    thread=True,
    rows=InboundPayload.objects.to_take,
)
register_sweep(
    "deliveries",
    Crew("deliveries", count_due, deliver_next).start_due,
    every=0.25,
    thread=True,
    rows=OutboundDelivery.objects.to_send,
)
schedule_job("forget old platform payloads", forget_old_payloads, cron="41 3 * * *")
schedule_job("forget old deliveries to platforms", forget_old_deliveries, cron="47 3 * * *")
schedule_job("end walks through decision trees that nobody came back to", forget_stale_walks, cron="23 * * * *")
