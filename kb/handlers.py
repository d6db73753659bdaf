"""What knowledge does by itself besides jobs that are asked for: imports of conversations that a crash left behind."""

from cs_platform.sweeps import register_sweep
from kb.services.history_work import SWEEP_SECONDS, resume_abandoned

register_sweep("history imports", resume_abandoned, every=SWEEP_SECONDS)
