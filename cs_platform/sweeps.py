"""Sweeps: what is looked at again and again by `manage.py tick`, each at its own pace.

One that says which `rows` it works on is called only when there are some: all of these are looked up in one statement,
four times a second. The others are called at every beat.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from cs_platform.glance import Glance, Rows
from cs_platform.jobs import run_isolated

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
STOP_SECONDS = 3.0


@dataclass
class Sweep:
    """Something to look at again and again: deadlines, work that a crash left behind."""

    name: str
    service: Callable[[], object]
    every: float
    in_thread: bool = False
    rows: Rows | None = None
    due: float = 0.0
    runs: int = 0
    failures: int = 0
    last_seconds: float = 0.0
    is_called: bool = False

    def run(self, now: float) -> None:
        """One round, isolated; the next one is due a full pace after this one was."""
        started = time.monotonic()
        succeeded = run_isolated(self.service)
        self.last_seconds = time.monotonic() - started
        self.runs += 1
        self.failures += not succeeded
        self.rest(now)
        if self.last_seconds > max(self.every, 1.0):
            logger.warning("sweep %s took %.1f s, its pace is %.2f s", self.name, self.last_seconds, self.every)

    def rest(self, now: float) -> None:
        """Until the next beat; rounds that were missed are not made up for."""
        on_beat = self.due + self.every
        self.due = on_beat if on_beat > now else now + self.every


sweeps: dict[str, Sweep] = {}


def register_sweep(
    name: str, service: Callable[[], object], *, every: float, thread: bool = False, rows: Rows | None = None
) -> None:
    """Have ``manage.py tick`` call a service every so many seconds. Called from ``AppConfig.ready``.

    One that may take long, because it waits for others or has much to do, gets a ``thread`` of its own. With ``rows``
    (a queryset for the moment that it is given) it is called only while that finds something.
    """
    if name in sweeps and sweeps[name].service is not service:
        raise ValueError(f"two sweeps are called {name}; one of them would never run")
    sweeps[name] = Sweep(name, service, every, thread, rows)


def run_due_sweeps(registry: dict[str, Sweep], now: float) -> list[str]:
    """Run every sweep that is due at ``now``; the names of those that ran."""
    due = [sweep for sweep in registry.values() if sweep.due <= now]
    for sweep in due:
        sweep.run(now)
    return [sweep.name for sweep in due]


def call_due_sweeps(registry: dict[str, Sweep], now: float, glance: Glance) -> list[Sweep]:
    """Those that have to run now. One that would find nothing rests for another beat."""
    due = [sweep for sweep in registry.values() if sweep.due <= now and not sweep.is_called]
    found: Collection[str] = glance.found() if any(sweep.rows for sweep in due) else ()
    called = []
    for sweep in due:
        if sweep.rows is None or sweep.name in found:
            sweep.is_called = True
            called.append(sweep)
        else:
            sweep.rest(now)
    return called


def tick_until(stop: threading.Event, registry: dict[str, Sweep]) -> None:
    """The ticker: four times a second call what has work, until told to stop. It works itself at nothing."""
    glance = Glance({sweep.name: sweep.rows for sweep in registry.values() if sweep.rows})
    threads = [_Thread([sweep], stop) for sweep in registry.values() if sweep.in_thread]
    threads.append(_Thread([sweep for sweep in registry.values() if not sweep.in_thread], stop))
    for thread in threads:
        thread.start()
    while not stop.wait(TICK_SECONDS):
        if call_due_sweeps(registry, time.monotonic(), glance):
            for thread in threads:
                thread.wake()
    for thread in threads:
        thread.end()


class _Thread:
    """Runs some sweeps when they are called, one after the other."""

    def __init__(self, of: Iterable[Sweep], stop: threading.Event) -> None:
        self._sweeps, self._stop, self._bell = list(of), stop, threading.Event()
        names = ", ".join(sweep.name for sweep in self._sweeps)
        self._thread = threading.Thread(target=self._work, name=f"sweep {names}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        if any(sweep.is_called for sweep in self._sweeps):
            self._bell.set()

    def end(self) -> None:
        self._bell.set()
        self._thread.join(STOP_SECONDS)

    def _work(self) -> None:
        while self._bell.wait() and not self._stop.is_set():
            self._bell.clear()
            for sweep in self._sweeps:
                if sweep.is_called:
                    self._run(sweep)

    def _run(self, sweep: Sweep) -> None:
        sweep.run(time.monotonic())
        while sweep.in_thread and sweep.due <= time.monotonic() and not self._stop.is_set():
            sweep.run(time.monotonic())  # it is behind: no pause between the rounds
        sweep.is_called = False
