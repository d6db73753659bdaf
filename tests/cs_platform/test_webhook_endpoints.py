"""Endpoints: what may be asked for, what is replayed, what is forgotten."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from cs_platform.models import AuditEntry, User, WebhookDelivery, WebhookEndpoint
from cs_platform.webhooks.endpoints import (
    change_endpoint,
    forget_old_deliveries,
    replay,
    replay_failed,
    rotate_secret,
    send_test,
)
from tests.cs_platform.webhook_rows import make_delivery, make_endpoint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/meta", "ftp://a.example", "http://u:p@a.example/"]
)
def test_addresses_inside_the_house_are_refused(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_endpoint(url)
    assert list(refused.value.message_dict) == ["url"] and WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize("events", [[], ["no.such_event"], ["turn.taken"]])
def test_only_published_events_can_be_asked_for(events: list[str]) -> None:
    with pytest.raises(ValidationError):
        make_endpoint(events=events)


def test_the_trail_never_holds_the_secret(integrator: User) -> None:
    endpoint = make_endpoint(by=integrator)
    secret = rotate_secret(endpoint, by=integrator)
    trail = str(list(AuditEntry.objects.values()))
    assert "webhook.secret_rotated" in trail and secret not in trail and endpoint.secret not in trail


def test_switched_off_it_gives_up_and_switched_on_it_starts_afresh() -> None:
    delivery = make_delivery()
    endpoint = change_endpoint(delivery.endpoint, by=None, is_active=False)
    delivery.refresh_from_db()
    assert delivery.status == "failed"
    WebhookEndpoint.objects.update(disabled_reason="gone", failing_since=timezone.now())
    endpoint = change_endpoint(endpoint, by=None, is_active=True)
    assert (endpoint.disabled_reason, endpoint.failing_since) == ("", None)


def test_one_delivery_is_sent_again() -> None:
    delivery = make_delivery(status="failed", attempts=10, error="x")
    replay(delivery, by=None)
    assert (delivery.status, delivery.attempts, delivery.error) == ("pending", 0, "")


def test_everything_that_failed_since_then_is_sent_again() -> None:
    endpoint = make_endpoint()
    now = timezone.now()
    old = make_delivery(endpoint, status="failed", created_at=now - timedelta(days=2))
    new = make_delivery(endpoint, status="failed")
    done, others = make_delivery(endpoint, status="succeeded"), make_delivery(status="failed")
    assert replay_failed(endpoint, since=now - timedelta(days=1), by=None) == 1
    states = [WebhookDelivery.objects.get(pk=row.pk).status for row in (old, new, done, others)]
    assert states == ["failed", "pending", "succeeded", "failed"]


def test_nothing_is_sent_to_an_endpoint_that_is_off() -> None:
    delivery = make_delivery(status="failed")
    endpoint = change_endpoint(delivery.endpoint, by=None, is_active=False)
    for call in (lambda: send_test(endpoint, by=None), lambda: replay(delivery, by=None)):
        with pytest.raises(ValidationError):
            call()


def test_old_deliveries_are_forgotten() -> None:
    endpoint, long_ago = make_endpoint(), timezone.now() - timedelta(days=31)
    make_delivery(endpoint, status="succeeded", created_at=long_ago)
    waiting = make_delivery(endpoint, created_at=long_ago)
    recent = make_delivery(endpoint, status="failed")
    forget_old_deliveries()
    assert set(WebhookDelivery.objects.values_list("pk", flat=True)) == {waiting.pk, recent.pk}


def test_figures_for_prometheus(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "token"
    delivery = make_delivery(due_at=timezone.now() - timedelta(seconds=90))
    make_delivery(delivery.endpoint, status="failed")
    page = client.get("/metrics", headers={"authorization": "Bearer token"}).content.decode()
    assert "cs_webhook_deliveries_failed 1.0" in page and "cs_webhook_endpoints_stopped 0.0" in page
    assert re.search(r"cs_webhook_oldest_due_seconds 9\d\.", page)
