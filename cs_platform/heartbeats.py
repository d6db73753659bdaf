"""Signs of life of the ticker and of the workers, and whether they are recent enough."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cs_platform.jobs import enqueue
from cs_platform.models import Heartbeat
from cs_platform.sweeps import register_sweep

TICKER, WORKER = "ticker", "worker"
FRESH_SECONDS = 60.0
TICKER_PACE_SECONDS = 10.0
WORKER_PACE_SECONDS = 20.0
BUSY_PACE_SECONDS = 5.0
STARTED_AT = timezone.now()  # of this process: the others started with it, and may not have spoken yet


@dataclass
class _Shown:
    at: float = float("-inf")


_shown = _Shown()


def beat(name: str) -> None:
    """Record that a process is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def beat_ticker() -> None:
    """The ticker itself is alive when this runs."""
    beat(TICKER)


def beat_worker() -> None:
    """Runs as a queued job: it proves the queue and a worker at once."""
    beat(WORKER)


def ask_worker() -> None:
    """Queue the worker's sign of life."""
    enqueue(beat_worker)


def show_life() -> None:
    """A worker begins a job, or is in the middle of a long one: it lives. Costs nothing when called often."""
    if time.monotonic() - _shown.at >= BUSY_PACE_SECONDS:
        _shown.at = time.monotonic()
        beat(WORKER)


def begin_alone(name: str, lease: timedelta) -> bool:
    """Whether it is this process's turn at work that one of them does at a time; the lease is for who dies at it."""
    now = timezone.now()
    Heartbeat.objects.get_or_create(name=name, defaults={"at": now - lease})
    return Heartbeat.objects.filter(name=name, at__lt=now).update(at=now + lease) == 1


def end_alone(name: str) -> None:
    """The next one may begin."""
    Heartbeat.objects.filter(name=name).update(at=timezone.now())


def is_starting(now: datetime, *, started_at: datetime | None = None) -> bool:
    """Whether silence means nothing yet: this process is younger than what counts as fresh."""
    return now - (started_at or STARTED_AT) < timedelta(seconds=FRESH_SECONDS)


def is_fresh(name: str, now: datetime) -> bool:
    """Whether a process has shown life within the last minute."""
    oldest = now - timedelta(seconds=FRESH_SECONDS)
    return Heartbeat.objects.filter(name=name, at__gte=oldest).exists()


register_sweep("ticker heartbeat", beat_ticker, every=TICKER_PACE_SECONDS)
register_sweep("worker heartbeat", ask_worker, every=WORKER_PACE_SECONDS)
