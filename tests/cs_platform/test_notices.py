"""A notice is sent once per target and occasion, tried again after a failure, and dropped when nobody needs it."""

from collections.abc import Callable, Iterator

import pytest
from django.db.models.expressions import RawSQL
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cs_platform.models import NoticeDelivery, NoticeTarget, User
from cs_platform.notify import Notice, cancel_notices, notify, send_pending_notices
from tests.doubles.robots import Robots, robots

pytestmark = pytest.mark.django_db

NOTICE = Notice("有客户在等")


@pytest.fixture
def vendor(outbound_allowed: Callable[[str], None]) -> Iterator[Robots]:
    with robots() as double:
        outbound_allowed(double.place)
        yield double


@pytest.fixture
def group(vendor: Robots) -> NoticeTarget:
    return NoticeTarget.objects.create(name="夜班", kind="wecom", address=vendor.address("wecom"))


def state_of(delivery: NoticeDelivery) -> tuple[str, int]:
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts


def test_the_same_occasion_is_told_once(vendor: Robots, group: NoticeTarget) -> None:
    assert (notify([group], NOTICE, key="queue-1"), notify([group], NOTICE, key="queue-1")) == (1, 0)
    send_pending_notices()
    send_pending_notices()
    assert vendor.texts == ["有客户在等"]


def test_a_failure_is_tried_again(vendor: Robots, group: NoticeTarget) -> None:
    vendor.answers = [(502, "bad gateway")]
    notify([group], NOTICE, key="queue-1")
    send_pending_notices()
    delivery = NoticeDelivery.objects.get()
    assert state_of(delivery) == ("pending", 1) and delivery.due_at > timezone.now()
    NoticeDelivery.objects.update(due_at=timezone.now())
    send_pending_notices()
    assert state_of(delivery) == ("sent", 2)


def test_what_is_useless_to_try_again_is_failed_at_once(vendor: Robots, group: NoticeTarget) -> None:
    vendor.answers = [(200, {"errcode": 93000, "errmsg": "invalid webhook url"})]
    notify([group], NOTICE, key="queue-1")
    send_pending_notices()
    delivery = NoticeDelivery.objects.get()
    assert state_of(delivery) == ("failed", 1) and delivery.answer == "93000: invalid webhook url"


def test_a_notice_that_stumbles_keeps_nobody_waiting(vendor: Robots, group: NoticeTarget) -> None:
    lost = NoticeTarget.objects.create(name="旧钥匙", kind="wecom", address="x")
    NoticeTarget.objects.filter(pk=lost.pk).update(address=RawSQL("%s", ["fernet:of another key"]))
    for target_id, key in ((lost.pk, "a"), (group.pk, "b")):
        NoticeDelivery.objects.create(target_id=target_id, key=key, title="有客户在等")
    send_pending_notices()
    states = NoticeDelivery.objects.order_by("key").values_list("state", "answer")
    assert list(states) == [("pending", "SecretUnreadable"), ("sent", "")]


def test_nobody_is_woken_once_somebody_has_accepted(vendor: Robots, group: NoticeTarget) -> None:
    notify([group], NOTICE, key="queue-1-2")
    assert cancel_notices("queue-1-") == 1
    assert (send_pending_notices(), vendor.texts) == (0, [])


def test_the_address_is_unreadable_in_the_database(group: NoticeTarget) -> None:
    raw = NoticeTarget.objects.extra(select={"raw": "address"}).values_list("raw", flat=True).get(pk=group.pk)
    assert "webhook" not in raw


def test_a_manager_tests_a_target(client: Client, manager: User, vendor: Robots, group: NoticeTarget) -> None:
    client.force_login(manager)
    client.post(reverse("admin:cs_platform_noticetarget_send_test", args=[group.pk]))
    assert len(vendor.texts) == 1 and manager.public_name in vendor.texts[0]


def test_only_who_may_change_a_target_tests_it(
    client: Client, integrator: User, vendor: Robots, group: NoticeTarget
) -> None:
    client.force_login(integrator)
    assert client.get(reverse("admin:cs_platform_noticetarget_send_test", args=[group.pk])).status_code == 403
    assert vendor.texts == []


def test_the_form_never_shows_a_stored_address_and_keeps_it(
    client: Client, manager: User, group: NoticeTarget, vendor: Robots
) -> None:
    client.force_login(manager)
    url = reverse("admin:cs_platform_noticetarget_change", args=[group.pk])
    assert vendor.place not in client.get(url).content.decode()
    client.post(url, {"name": "早班", "kind": "wecom", "address": "", "is_active": "on"})
    group.refresh_from_db()
    assert (group.name, group.address) == ("早班", vendor.address("wecom"))


def test_an_address_inside_the_house_is_refused_in_the_form(client: Client, manager: User) -> None:
    client.force_login(manager)
    fields = {"name": "x", "kind": "feishu", "address": "http://10.0.0.1/hook", "is_active": "on"}
    page = client.post(reverse("admin:cs_platform_noticetarget_add"), fields)
    assert "address" in page.context["adminform"].form.errors and not NoticeTarget.objects.exists()
