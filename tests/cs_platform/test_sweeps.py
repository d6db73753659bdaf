"""Sweeps run at their pace, those with rows only when there are some; one's failure stops no other."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cs_platform.glance import Glance
from cs_platform.models import DueItem, Heartbeat
from cs_platform.sweeps import Sweep, call_due_sweeps, run_due_sweeps, sweeps, tick_until

called: list[object] = []


def note() -> None:
    called.append(())


def fail() -> None:
    raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def nothing_called() -> None:
    called.clear()


def glance_at(**queries: Any) -> Glance:
    return Glance(queries)


def test_every_sweep_runs_at_its_own_pace(db: None) -> None:
    registry = {name: Sweep(name, lambda: None, every) for name, every in (("fast", 1.0), ("slow", 10.0))}
    ran = [run_due_sweeps(registry, now) for now in (100.0, 100.5, 101.0, 110.0)]
    assert ran == [["fast", "slow"], [], ["fast"], ["fast", "slow"]]


def test_missed_rounds_are_not_made_up_for(db: None) -> None:
    registry = {"fast": Sweep("fast", lambda: None, 1.0)}
    ran = [run_due_sweeps(registry, now) for now in (100.0, 160.0, 160.1, 161.0)]
    assert ran == [["fast"], ["fast"], [], ["fast"]]


def test_a_failing_sweep_stops_no_other(db: None, caplog: pytest.LogCaptureFixture) -> None:
    registry = {"bad": Sweep("bad", fail, 1.0), "good": Sweep("good", note, 1.0)}
    run_due_sweeps(registry, 100.0)
    assert called == [()] and registry["bad"].failures == 1
    assert "broken on purpose" in caplog.text


def test_what_would_find_nothing_is_not_called(db: None) -> None:
    registry = {
        "with": Sweep("with", note, 1.0, rows=DueItem.objects.to_run),
        "always": Sweep("always", note, 1.0),
    }
    glance = glance_at(**{"with": DueItem.objects.to_run})
    assert [sweep.name for sweep in call_due_sweeps(registry, 100.0, glance)] == ["always"]
    DueItem.objects.create(kind="test", key=1, due_at=timezone.now())
    assert call_due_sweeps(registry, 100.5, glance) == []  # its next beat is at 101
    assert [sweep.name for sweep in call_due_sweeps(registry, 101.0, glance)] == ["with"]


def test_a_sweep_at_work_is_not_called_again(db: None) -> None:
    registry = {"slow": Sweep("slow", note, 1.0)}
    assert len(call_due_sweeps(registry, 100.0, glance_at())) == 1
    assert call_due_sweeps(registry, 105.0, glance_at()) == []


def test_a_look_sees_the_present_moment_with_one_statement(db: None) -> None:
    glance = glance_at(due=DueItem.objects.to_run, beats=lambda now: Heartbeat.objects.filter(at__lte=now))
    assert glance.found() == set()
    soon = DueItem.objects.create(kind="test", key=1, due_at=timezone.now() + timedelta(hours=1))
    assert glance.found() == set()
    DueItem.objects.filter(pk=soon.pk).update(due_at=timezone.now())
    Heartbeat.objects.create(name="test")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert glance.found() == {"due", "beats"}
    assert len(queries) == 1


def test_every_registered_query_can_be_looked_at(db: None) -> None:
    queries = {sweep.name: sweep.rows for sweep in sweeps.values() if sweep.rows}
    assert Glance(queries).found() == set() and len(queries) >= 8


def test_the_ticker_runs_until_it_is_told_to_stop(db: None) -> None:
    stop = threading.Event()
    registry = {"last": Sweep("last", stop.set, 1.0)}
    thread = threading.Thread(target=tick_until, args=(stop, registry))
    thread.start()
    thread.join(5)
    assert not thread.is_alive() and registry["last"].runs == 1


@pytest.mark.django_db(transaction=True)
def test_what_becomes_due_is_dealt_with_in_a_fraction_of_a_second(ticking: Callable[[Sweep], None]) -> None:
    done = threading.Event()
    ticking(Sweep("due", done.set, 0.25, in_thread=True, rows=DueItem.objects.to_run))
    assert not done.wait(0.6)
    DueItem.objects.create(kind="test", key=1, due_at=timezone.now())
    started = time.monotonic()
    assert done.wait(5) and time.monotonic() - started < 2


@pytest.fixture
def ticking() -> Iterator[Callable[[Sweep], None]]:
    stop, threads = threading.Event(), list[threading.Thread]()

    def start(sweep: Sweep) -> None:
        def tick() -> None:
            try:
                tick_until(stop, {sweep.name: sweep})
            finally:
                connection.close()

        threads.append(threading.Thread(target=tick))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(10)
