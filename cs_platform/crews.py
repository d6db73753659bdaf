"""Threads that work through queues of rows: each queue has its own, so a slow one holds up nobody but itself."""

import logging
import threading
from collections.abc import Callable, Mapping

from cs_platform.jobs import run_isolated

logger = logging.getLogger(__name__)


class Crew:
    """Starts threads where something is due; each ends when its queue holds nothing more.

    `waiting()` says how many rows are due by queue, `work(queue)` does one of them and returns False when there was
    none. Work claims its row by a conditional update: other processes have crews too.
    """

    def __init__(
        self,
        name: str,
        waiting: Callable[[], Mapping[int, int]],
        work: Callable[[int], bool],
        *,
        per_queue: int = 4,
        in_all: int = 16,
        per_thread: int = 5,
    ) -> None:
        self._name, self._waiting, self._work = name, waiting, work
        self._per_queue, self._in_all, self._per_thread = per_queue, in_all, per_thread
        self._lock = threading.Lock()
        self._running: dict[int, int] = {}

    def start_due(self) -> list[threading.Thread]:
        """Look once at what is due; the threads that were started."""
        threads = []
        for queue, amount in self._waiting().items():
            wanted = min(self._per_queue, 1 + amount // self._per_thread)
            while self._take_place(queue, wanted):
                name = f"{self._name} {queue}"
                threads.append(threading.Thread(target=self._work_through, args=(queue,), name=name, daemon=True))
        for thread in threads:
            thread.start()
        return threads

    def _take_place(self, queue: int, wanted: int) -> bool:
        with self._lock:
            running = self._running.get(queue, 0)
            if running >= wanted or sum(self._running.values()) >= self._in_all:
                return False
            self._running[queue] = running + 1
            return True

    def _work_through(self, queue: int) -> None:
        has_more = True

        def work_once() -> None:
            nonlocal has_more
            has_more = self._work(queue)

        try:
            while has_more and run_isolated(work_once):
                pass
        finally:
            with self._lock:
                self._running[queue] -= 1
                if not self._running[queue]:
                    del self._running[queue]
