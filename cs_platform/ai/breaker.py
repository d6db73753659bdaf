"""A circuit breaker: who fails again and again is left alone for a while, then tried by one caller."""

import threading
import time
from collections.abc import Callable

FAILURES_MAX = 3
PAUSE_SECONDS = 20.0
PAUSE_SECONDS_MAX = 300.0


class Breaker:
    """Closed: everybody may call. Open: nobody. After the pause one caller tries; a failure doubles the pause."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = PAUSE_SECONDS
        self._shut_until: float | None = None
        self._is_tried = False

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._shut_until is not None

    def allows(self) -> bool:
        """May this caller call now? Whoever gets a yes tells how it went."""
        with self._lock:
            if self._shut_until is None:
                return True
            if self._clock() < self._shut_until or self._is_tried:
                return False
            self._is_tried = True
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._pause = 0, PAUSE_SECONDS
            self._shut_until, self._is_tried = None, False

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._is_tried:
                self._pause = min(self._pause * 2, PAUSE_SECONDS_MAX)
            if self._is_tried or self._failures >= FAILURES_MAX:
                self._shut_until, self._is_tried = self._clock() + self._pause, False
