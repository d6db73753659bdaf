"""What runs by itself: the sweeps that finish what a crash or an overload left, and what is due at its time."""

from conversations.services.assignment import assign_waiting
from conversations.services.attachments import sweep_unsent
from conversations.services.overdue import sweep_deadlines
from conversations.services.tickets import TICKET_OVERDUE, notice_overdue
from conversations.services.turn import sweep_turns
from cs_platform.due import register_due
from cs_platform.jobs import register_sweep

register_sweep("turns", sweep_turns, every=0.5)
register_sweep("deadlines", sweep_deadlines, every=1.0)
register_sweep("assignment", assign_waiting, every=1.0)
register_due(TICKET_OVERDUE, notice_overdue)
register_sweep("unsent uploads", sweep_unsent, every=600.0, thread=True)
