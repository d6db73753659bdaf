"""What marketing does by itself: moments of silence, broadcasts that begin and go on, news of parcels."""

from cs_platform.due import register_due
from cs_platform.sweeps import register_sweep
from marketing.services.broadcasts import START, start_broadcast
from marketing.services.notices import NOTICE, send_notice
from marketing.services.sending import running_broadcasts, send_pending
from marketing.services.triggers import WAKE, wake_up

register_due(WAKE, wake_up)
register_due(START, start_broadcast)
register_due(NOTICE, send_notice)
register_sweep("broadcasts", send_pending, every=0.5, thread=True, rows=lambda now: running_broadcasts())
