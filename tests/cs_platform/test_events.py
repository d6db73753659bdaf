"""What happened is told after the commit, to everybody who listens, and what a listener writes is written once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cs_platform import events
from cs_platform.events import Envelope, deliver_pending, emit, event, is_wanted, on, register_publisher
from cs_platform.models import Heartbeat, OutboxItem


@event("test.happened")
@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened in a test."""

    number: int
    words: str = ""


heard: list[object] = []


def hear(happened: Happened) -> None:
    heard.append(happened)


def write_then_fail(happened: Happened) -> None:
    Heartbeat.objects.create(name=f"event-{happened.number}")
    raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def nothing_heard() -> Iterator[None]:
    heard.clear()
    yield
    events._handlers.pop("test.happened", None)
    events._publishers.pop("test", None)


@pytest.mark.django_db
def test_a_listener_hears_what_happened(deliver: Callable[[], None]) -> None:
    on(Happened, hear)
    emit(Happened(1, "一"))
    assert heard == []
    deliver()
    assert heard == [Happened(1, "一")] and not OutboxItem.objects.exists()


@pytest.mark.django_db
def test_nothing_is_stored_where_nobody_listens() -> None:
    emit(Happened(1))
    assert not is_wanted(Happened) and not OutboxItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_never_told(deliver: Callable[[], None]) -> None:
    on(Happened, hear)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        emit(Happened(1))
        raise ZeroDivisionError
    deliver()
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_what_a_failed_listener_wrote_is_undone_and_it_is_told_again_later() -> None:
    on(Happened, write_then_fail)
    emit(Happened(1))
    deliver_pending()
    item = OutboxItem.objects.get()
    assert not Heartbeat.objects.filter(name="event-1").exists()
    assert item.attempts == 1 and item.due_at > timezone.now() and "broken on purpose" in item.last_error


@pytest.mark.django_db(transaction=True)
def test_a_failing_listener_keeps_nothing_from_the_others() -> None:
    on(Happened, write_then_fail)
    on(Happened, hear)
    emit(Happened(1))
    deliver_pending()
    assert heard == [Happened(1)]


@pytest.mark.django_db
def test_what_somebody_is_at_work_on_is_left_alone() -> None:
    on(Happened, hear)
    emit(Happened(1))
    OutboxItem.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert deliver_pending() == 0 and heard == []


@pytest.mark.django_db
def test_a_publisher_gets_what_it_wants_with_an_id_that_stays(deliver: Callable[[], None]) -> None:
    letters: list[Envelope] = []
    register_publisher("test", wants=lambda name: name == "test.happened", publish=letters.extend)
    emit(Happened(1, "one"))
    stored = OutboxItem.objects.get().event_id
    deliver()
    assert [(letter.id, letter.name, letter.payload) for letter in letters] == [
        (stored, "test.happened", {"number": 1, "words": "one"})
    ]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_published_holds_up_no_other() -> None:
    letters: list[Envelope] = []

    def publish(envelopes: Sequence[Envelope]) -> None:
        if any(envelope.payload["number"] == 2 for envelope in envelopes):
            raise ValueError("broken on purpose")
        letters.extend(envelopes)

    register_publisher("test", wants=lambda name: name == "test.happened", publish=publish)
    for number in range(1, 4):
        emit(Happened(number))
    deliver_pending()
    assert [letter.payload["number"] for letter in letters] == [1, 3]
    assert OutboxItem.objects.get().payload["number"] == 2


@pytest.mark.django_db
def test_what_somebody_is_at_work_on_is_not_published() -> None:
    letters: list[Envelope] = []
    register_publisher("test", wants=lambda name: name == "test.happened", publish=letters.extend)
    emit(Happened(1))
    OutboxItem.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert deliver_pending() == 0 and letters == []
