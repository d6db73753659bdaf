"""An event that was given up stays with its reason, is told again at a click, and is swept in the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cs_platform import events
from cs_platform.events import ATTEMPTS_MAX, deliver_pending, emit, event, on
from cs_platform.given_up import KEPT_DAYS, forget_given_up, tell_again
from cs_platform.models import AuditEntry, OutboxItem, User

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "admin:cs_platform_outboxitem_changelist"


@event("test.stumbled")
@dataclass(frozen=True, slots=True)
class Stumbled:
    """Something happened that a handler could not cope with."""

    number: int


heard: list[int] = []
broken = {"is": True}


def hear(stumbled: Stumbled) -> None:
    if broken["is"]:
        raise ValueError("the shelf is locked")
    heard.append(stumbled.number)


@pytest.fixture(autouse=True)
def somebody_who_stumbles() -> Iterator[None]:
    heard.clear()
    broken["is"] = True
    on(Stumbled, hear)
    yield
    events._handlers.pop("test.stumbled", None)


@pytest.fixture
def given_up() -> OutboxItem:
    """An event whose last try has just failed."""
    emit(Stumbled(7))
    OutboxItem.objects.update(attempts=ATTEMPTS_MAX - 1)
    deliver_pending()
    return OutboxItem.objects.failed().get()


def test_it_is_listed_with_its_reason(client: Client, manager: User, given_up: OutboxItem) -> None:
    client.force_login(manager)
    page = client.get(reverse(LIST), {"state": "given_up"}).content.decode()
    assert "ValueError: the shelf is locked" in page


def test_the_one_on_its_way_is_not_listed_among_those(client: Client, manager: User) -> None:
    emit(Stumbled(7))
    client.force_login(manager)
    page = client.get(reverse(LIST), {"state": "given_up"})
    assert page.context["cl"].result_count == 0


def test_the_button_asks_first_and_then_it_is_told_again(client: Client, manager: User, given_up: OutboxItem) -> None:
    client.force_login(manager)
    address = reverse("admin:cs_platform_outboxitem_tell_again", args=[given_up.pk])
    assert client.get(address).status_code == 200 and OutboxItem.objects.failed().exists()
    client.post(address)
    broken["is"] = False
    deliver_pending()
    assert heard == [7] and not OutboxItem.objects.exists()


def test_the_trail_says_who_did_it(manager: User, given_up: OutboxItem) -> None:
    assert tell_again([given_up.pk], by=manager) == 1
    deed = AuditEntry.objects.get(action="event.told_again")
    assert (deed.actor, deed.target_id) == (manager, str(given_up.pk))


def test_one_that_is_being_told_is_left_alone(manager: User) -> None:
    emit(Stumbled(7))
    OutboxItem.objects.update(attempts=3, lease_until=timezone.now() + timedelta(minutes=1))
    assert tell_again(OutboxItem.objects.values_list("pk", flat=True), by=manager) == 0
    assert OutboxItem.objects.get().attempts == 3 and not AuditEntry.objects.exists()


def test_whoever_may_only_look_tells_nothing_again(client: Client, integrator: User, given_up: OutboxItem) -> None:
    client.force_login(integrator)
    client.post(reverse("admin:cs_platform_outboxitem_tell_again", args=[given_up.pk]))
    assert OutboxItem.objects.failed().exists()


def test_after_three_months_it_is_swept(given_up: OutboxItem) -> None:
    OutboxItem.objects.update(failed_at=timezone.now() - timedelta(days=KEPT_DAYS, hours=1))
    forget_given_up()
    assert not OutboxItem.objects.exists()


def test_what_is_younger_or_on_its_way_is_kept(given_up: OutboxItem) -> None:
    emit(Stumbled(8))
    OutboxItem.objects.update(created_at=timezone.now() - timedelta(days=KEPT_DAYS, hours=1))
    forget_given_up()
    assert OutboxItem.objects.count() == 2
