"""Work outside the request: two lanes for single jobs, and jobs at fixed times.

Jobs take ids and may run twice. ``live`` is for what a person waits for: threads of this process, no
queue row, so a crash loses it and a sweep finds it again. ``batch`` is a row in the database that a
worker process takes, a fraction of a second later; it survives a crash.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from croniter import croniter
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections, transaction
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

logger = logging.getLogger(__name__)

Id = int | str
Service = Callable[..., object]
Job = tuple[Service, tuple[Id, ...]]
LIVE_QUEUE_LIMIT = 500


def enqueue(service: Service, *ids: Id, lane: Literal["live", "batch"] = "batch") -> None:
    """Run ``service(*ids)`` soon, once the current transaction is committed and not at all if it is not."""
    if lane == "live":
        transaction.on_commit(partial(live_lane.submit, service, ids), robust=True)
    else:
        # The queue row belongs to the caller's transaction: it appears, or vanishes, with the commit.
        async_task(dotted_path(service), *ids)


def dotted_path(service: Service) -> str:
    """The name by which a worker imports a module-level function."""
    path = f"{service.__module__}.{service.__qualname__}"
    if "<" in path:
        raise ValueError(f"{path} cannot be imported by a worker; jobs are module-level functions")
    return path


class LiveLane:
    """A bounded queue before a few threads. A job that still waits is not queued a second time."""

    def __init__(self, limit: int = LIVE_QUEUE_LIMIT) -> None:
        self._limit = limit
        self.forget()

    def forget(self) -> None:
        """Start anew. Threads start with the first job, because they do not survive a fork."""
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: set[Job] = set()
        self._running = 0
        self._is_paused = False
        self._changed = threading.Condition()

    def submit(self, service: Service, ids: tuple[Id, ...]) -> bool:
        """Queue a job; False when it was dropped because too many wait (a sweep will find the work)."""
        job = (service, ids)
        if self._is_paused:
            return False
        with self._changed:
            if job in self._waiting:
                return True
            if len(self._waiting) >= self._limit:
                logger.warning("live lane is full, %s%s left to the sweep", service.__name__, ids)
                return False
            self._waiting.add(job)
            if self._pool is None:
                self._pool = ThreadPoolExecutor(settings.LIVE_WORKERS, thread_name_prefix="live")
            self._pool.submit(self._run, job)
            return True

    def wait_until_idle(self, timeout: float) -> bool:
        """Block until nothing waits or runs; False after ``timeout`` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._running, timeout)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Drop every job, as a lane that is full does: for those who take each step themselves."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False

    def _run(self, job: Job) -> None:
        # From here on a new request for the same job must queue again: it may have newer data in mind.
        with self._changed:
            self._waiting.discard(job)
            self._running += 1
        try:
            run_isolated(job[0], *job[1])
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()


live_lane = LiveLane()
os.register_at_fork(after_in_child=live_lane.forget)


def run_isolated(service: Service, *ids: Id) -> bool:
    """Run a job with fresh database connections; its failure is logged and goes no further."""
    close_old_connections()
    try:
        service(*ids)
        return True
    except DatabaseError:
        logger.exception("%s%s failed in the database", service.__name__, ids)
        connections.close_all()
    except Exception:
        logger.exception("%s%s failed", service.__name__, ids)
    finally:
        close_old_connections()
    return False


@dataclass(frozen=True)
class PlannedJob:
    """A job at fixed times of the shop's clock, as cron writes them."""

    name: str
    service: Service
    cron: str


planned_jobs: dict[str, PlannedJob] = {}


def schedule_job(name: str, service: Callable[[], object], *, cron: str) -> None:
    """Have a worker run a service at these times. It may run twice: the service looks at its period itself.

    Called from ``AppConfig.ready``; ``manage.py prepare`` writes what is planned into the database.
    """
    planned_jobs[name] = PlannedJob(name, service, cron)


def sync_schedules() -> None:
    """The queue's schedules are exactly the planned jobs; a time that has not changed keeps its next run."""
    with transaction.atomic():
        Schedule.objects.exclude(name__in=planned_jobs).delete()
        for job in planned_jobs.values():
            wanted = {"func": dotted_path(job.service), "schedule_type": Schedule.CRON, "cron": job.cron, "repeats": -1}
            rows = Schedule.objects.filter(name=job.name)
            if rows.filter(**wanted).count() != 1:
                rows.delete()
                next_run = croniter(job.cron, timezone.localtime()).get_next(datetime)
                Schedule.objects.create(name=job.name, next_run=next_run, **wanted)
