"""Jobs start after the commit, in their lane; processes show that they live."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django.fixtures import Settings

from cs_platform import heartbeats
from cs_platform.heartbeats import TICKER, WORKER, ask_worker, beat_ticker, beat_worker, is_fresh, show_life
from cs_platform.jobs import LiveLane, enqueue, live_lane
from cs_platform.models import Heartbeat

called: list[object] = []


def note(*ids: object) -> None:
    called.append(ids)


def fail() -> None:
    raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def nothing_called() -> Iterator[None]:
    called.clear()
    yield
    live_lane.wait_until_idle(5)


@pytest.mark.django_db(transaction=True)
def test_a_live_job_runs_after_the_commit() -> None:
    with transaction.atomic():
        enqueue(note, 1, lane="live")
        assert live_lane.wait_until_idle(5) and called == []
    assert live_lane.wait_until_idle(5)
    assert called == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_no_job_is_left_of_a_rolled_back_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(note, 1, lane="live")
        enqueue(note, 2)
        raise ZeroDivisionError
    assert live_lane.wait_until_idle(5)
    assert called == [] and not OrmQ.objects.exists()


def test_a_batch_job_is_a_row_that_names_the_function(db: None) -> None:
    enqueue(note, 7)
    task = OrmQ.objects.get().task
    assert (task["func"], task["args"]) == ("tests.cs_platform.test_jobs.note", (7,))


def test_a_job_that_no_worker_can_import_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="module-level"):
        enqueue(lambda: None)


def test_a_full_lane_drops_the_job() -> None:
    assert LiveLane(limit=0).submit(note, (1,)) is False


def test_a_job_that_still_waits_is_not_queued_twice(settings: Settings) -> None:
    settings.LIVE_WORKERS = 1
    lane, is_running, gate = LiveLane(), threading.Event(), threading.Event()

    def hold() -> None:
        is_running.set()
        gate.wait(5)

    lane.submit(hold, ())
    assert is_running.wait(5)
    assert [lane.submit(note, (1,)) for _ in range(3)] == [True] * 3
    gate.set()
    assert lane.wait_until_idle(5)
    assert called == [(1,)]


def test_a_failed_live_job_is_logged_and_the_lane_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    lane = LiveLane()
    lane.submit(fail, ())
    lane.submit(note, (1,))
    assert lane.wait_until_idle(5)
    assert called == [(1,)] and "broken on purpose" in caplog.text


def test_the_lane_starts_anew_after_a_fork() -> None:
    lane = LiveLane()
    lane.submit(note, (1,))
    assert lane.wait_until_idle(5)
    lane.forget()
    lane.submit(note, (2,))
    assert lane.wait_until_idle(5)
    assert called == [(1,), (2,)]


def test_heartbeats_are_fresh_for_a_minute(db: None) -> None:
    beat_ticker()
    at = Heartbeat.objects.get(name=TICKER).at
    assert is_fresh(TICKER, at + timedelta(seconds=60)) and not is_fresh(TICKER, at + timedelta(seconds=61))


def test_the_worker_is_asked_through_the_queue(db: None) -> None:
    ask_worker()
    assert OrmQ.objects.get().task["func"] == "cs_platform.heartbeats.beat_worker"
    assert not Heartbeat.objects.exists()
    beat_worker()
    assert Heartbeat.objects.get().name == WORKER


def test_a_worker_in_the_middle_of_long_work_is_alive(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "_shown", heartbeats._Shown())
    show_life()
    long_ago = timezone.now() - timedelta(minutes=5)
    Heartbeat.objects.filter(name=WORKER).update(at=long_ago)
    show_life()  # every few seconds is enough
    assert Heartbeat.objects.get().at == long_ago
    monkeypatch.setattr(heartbeats, "_shown", heartbeats._Shown())
    show_life()
    assert is_fresh(WORKER, timezone.now())
