"""Deadlines fire once they are due, move when they are set again, and survive a failure."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from cs_platform import due
from cs_platform.due import register_due, run_due, set_due
from cs_platform.models import DueItem

pytestmark = pytest.mark.django_db

ran: list[int] = []


def fail(key: int) -> None:
    raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    ran.clear()
    register_due("test", ran.append)
    register_due("test.fails", fail)
    yield
    due._services.pop("test")
    due._services.pop("test.fails")


def test_what_is_due_runs_once() -> None:
    set_due("test", 7, timezone.now() - timedelta(seconds=1))
    assert (run_due(), run_due(), ran) == (1, 0, [7])
    assert not DueItem.objects.exists()


def test_what_is_not_due_waits() -> None:
    set_due("test", 7, timezone.now() + timedelta(minutes=1))
    assert (run_due(), ran) == (0, [])


def test_setting_again_moves_the_moment() -> None:
    set_due("test", 7, timezone.now() - timedelta(seconds=1))
    set_due("test", 7, timezone.now() + timedelta(minutes=1))
    assert run_due() == 0 and DueItem.objects.count() == 1


def test_clearing_takes_it_away() -> None:
    set_due("test", 7, timezone.now() - timedelta(seconds=1))
    set_due("test", 7, None)
    assert run_due() == 0


def test_a_failure_is_tried_again_later() -> None:
    set_due("test.fails", 7, timezone.now() - timedelta(seconds=1))
    assert run_due() == 1
    item = DueItem.objects.get()
    assert item.due_at > timezone.now() and "broken on purpose" in item.last_error


def test_what_a_service_sets_anew_is_not_lost() -> None:
    later = timezone.now() + timedelta(minutes=5)
    register_due("test", lambda key: set_due("test", key, later))
    set_due("test", 7, timezone.now() - timedelta(seconds=1))
    run_due()
    assert DueItem.objects.get().due_at == later
