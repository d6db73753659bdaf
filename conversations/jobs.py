"""What runs by itself: the sweeps that finish what a crash or an overload left."""

from conversations.services.turn import sweep_deadlines, sweep_turns
from cs_platform.jobs import register_sweep

register_sweep("turns", sweep_turns, every=0.5)
register_sweep("deadlines", sweep_deadlines, every=1.0)
