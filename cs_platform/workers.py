"""The background workers: they show that they live, and end and start together."""

import logging
import os
import signal
from multiprocessing.process import BaseProcess
from typing import Any

from django_q.cluster import Sentinel

from cs_platform.heartbeats import show_life

logger = logging.getLogger(__name__)


def note_start(**_: Any) -> None:
    """A worker has taken a job; connected to the queue's own hook."""
    show_life()


class StrictSentinel(Sentinel):
    """Ends the whole worker when one of its processes was killed; the supervisor starts it again within a second.

    The stock one replaces the process. But whoever waits for a task holds the lock of the queue, and a lock that dies
    with its holder is never free again: the replacement and everybody else would wait for ever, without a word.
    """

    def reincarnate(self, process: BaseProcess | None) -> None:
        """A process that was recycled or ran into its time limit is replaced as usual."""
        code = process.exitcode if process is not None else None
        if code is None or code >= 0:
            super().reincarnate(process)
            return
        logger.error("a process of the worker was ended by %s; all start anew", signal.Signals(-code).name)
        for other in (*self.pool, self.monitor, self.pusher):
            other.kill()
        os.kill(self.parent_pid, signal.SIGKILL)
        os._exit(1)
