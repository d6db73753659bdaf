"""A delivery is tried until it succeeds or cannot: signed, bounded, logged, and never inside the house."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks.webhooks import Webhook

from cs_platform.models import AuditEntry, WebhookDelivery, WebhookEndpoint
from cs_platform.webhooks.endpoints import rotate_secret
from cs_platform.webhooks.sending import ATTEMPTS_MAX, PAUSES, attempt, deliver_next, keep_outcome
from tests.cs_platform.webhook_rows import make_delivery, make_due, make_endpoint
from tests.web_double import WebDouble

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint(there: WebDouble) -> WebhookEndpoint:
    return make_endpoint(f"{there.url}/hook")


def after(there: WebDouble, endpoint: WebhookEndpoint, *answers: tuple[int, dict[str, str], bytes]) -> WebhookDelivery:
    """A delivery after one try that got this answer."""
    there.answer(*answers)
    delivery = make_delivery(endpoint)
    assert deliver_next(endpoint.pk) is True
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    return delivery


def test_what_arrives_can_be_verified(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    delivery = after(there, endpoint, (204, {}, b""))
    asked = there.asked[0]
    assert (asked.method, asked.path, asked.headers["content-type"]) == ("POST", "/hook", "application/json")
    assert asked.headers["webhook-id"] == delivery.message_id
    assert Webhook(endpoint.secret).verify(asked.body, asked.headers) == json.loads(delivery.body)


def test_after_a_rotation_both_secrets_verify_for_a_day(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    old, new = endpoint.secret, rotate_secret(endpoint, by=None)
    after(there, endpoint, (200, {}, b""))
    asked = there.asked[0]
    assert old != new
    assert Webhook(old).verify(asked.body, asked.headers) == Webhook(new).verify(asked.body, asked.headers)
    WebhookEndpoint.objects.update(previous_until=timezone.now())
    endpoint.refresh_from_db()
    assert endpoint.secrets(timezone.now()) == [new]


def test_success_is_kept_with_the_answer(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    delivery = after(there, endpoint, (202, {}, b"a\x00" + b"x" * 5000))
    assert (delivery.status, delivery.response_status, delivery.attempts) == ("succeeded", 202, 1)
    assert delivery.response_body == "a" + "x" * 2047
    assert [line["status"] for line in delivery.log] == [202] and delivery.duration_ms is not None
    assert endpoint.last_success_at is not None


@pytest.mark.parametrize("status", [300, 302, 400, 404, 429, 500])
def test_only_2xx_is_success(there: WebDouble, endpoint: WebhookEndpoint, status: int) -> None:
    delivery = after(there, endpoint, (status, {"Location": there.url}, b""))
    assert (delivery.status, delivery.response_status, len(there.asked)) == ("pending", status, 1)
    assert delivery.due_at > timezone.now() + timedelta(seconds=4)
    assert endpoint.failing_since is not None


def test_the_same_id_and_a_new_time_at_every_try(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    delivery = after(there, endpoint, (500, {}, b""), (200, {}, b""))
    make_due(delivery)
    assert deliver_next(endpoint.pk) is True
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts, len(delivery.log)) == ("succeeded", 2, 2)
    assert there.asked[0].headers["webhook-id"] == there.asked[1].headers["webhook-id"]
    assert WebhookEndpoint.objects.get().failing_since is None


def test_the_pauses_grow_over_three_days() -> None:
    assert (ATTEMPTS_MAX, sum(PAUSES, timedelta())) == (10, timedelta(hours=75, minutes=35, seconds=5))


@pytest.mark.parametrize(("tries", "pause"), [(1, 5), (2, 300), (9, 86_400)])
def test_each_failure_is_followed_by_its_pause(there: WebDouble, endpoint: Any, tries: int, pause: int) -> None:
    there.answer((500, {}, b""))
    delivery, now = make_delivery(endpoint, attempts=tries), timezone.now()
    keep_outcome(delivery, attempt(delivery), now)
    delivery.refresh_from_db()
    assert pause <= (delivery.due_at - now).total_seconds() <= pause * 1.2


def test_the_last_failure_is_final(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    there.answer((500, {}, b""))
    delivery = make_delivery(endpoint, attempts=9)
    deliver_next(endpoint.pk)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts) == ("failed", 10)


def test_a_receiver_may_ask_for_more_time(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    delivery = after(there, endpoint, (503, {"Retry-After": "3600"}, b""))
    assert delivery.due_at > timezone.now() + timedelta(minutes=59)


def test_gone_switches_the_endpoint_off(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    other = make_delivery(endpoint, due_at=timezone.now() + timedelta(hours=1))
    delivery = after(there, endpoint, (410, {}, b""))
    other.refresh_from_db()
    assert (delivery.status, other.status) == ("failed", "failed")
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, "gone")
    assert AuditEntry.objects.filter(action="webhook.disabled").count() == 1


def test_days_without_success_switch_it_off(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=5, minutes=1))
    after(there, endpoint, (500, {}, b""))
    assert (endpoint.is_active, endpoint.disabled_reason) == (False, "failing")


def test_an_internal_address_is_never_asked(there: WebDouble, endpoint: WebhookEndpoint, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = []
    delivery = after(there, endpoint, (200, {}, b""))
    assert (delivery.status, delivery.response_status, there.asked) == ("failed", None, [])
    assert "指向内网地址" in delivery.error


def test_nobody_listens(outbound_allowed: Any) -> None:
    outbound_allowed("127.0.0.1:1")
    delivery = make_delivery(make_endpoint("http://127.0.0.1:1/"))
    deliver_next(delivery.endpoint_id)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.response_status) == ("pending", None)
    assert delivery.error.startswith("连不上对方（ConnectError")


def test_who_comes_too_late_changes_nothing(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    delivery = make_delivery(endpoint)
    WebhookDelivery.objects.update(attempts=2)  # another thread took over when the lease ran out
    assert keep_outcome(delivery, attempt(delivery), timezone.now()) is False
    delivery.refresh_from_db()
    assert (delivery.status, delivery.log) == ("pending", [])


def test_what_somebody_else_sends_is_left_alone(there: WebDouble, endpoint: WebhookEndpoint) -> None:
    make_delivery(endpoint, lease_until=timezone.now() + timedelta(seconds=30))
    assert deliver_next(endpoint.pk) is False and there.asked == []


def test_secrets_are_encrypted_at_rest() -> None:
    endpoint = make_endpoint()
    stored = WebhookEndpoint.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True).get()
    assert stored.startswith("fernet:") and endpoint.secret not in stored
