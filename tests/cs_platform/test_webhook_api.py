"""REST of webhooks: the secret is shown once, and a key hears and reads only what its scopes open."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User, WebhookDelivery, WebhookEndpoint
from tests.api import ApiClient
from tests.cs_platform.webhook_rows import EVENT, happen, make_delivery, make_endpoint

pytestmark = pytest.mark.django_db
Api = Callable[..., ApiClient]
ENDPOINTS, DELIVERIES = "/api/v1/webhooks/endpoints/", "/api/v1/webhooks/deliveries/"
WEBHOOKS = ("webhooks:read", "webhooks:write")
BODY = {"url": "https://erp.example.com/hook", "events": [EVENT]}


def test_the_secret_is_in_the_first_reply_only(api: Api) -> None:
    client = api(*WEBHOOKS, "conversations:read")
    reply = client.post(ENDPOINTS, BODY)
    endpoint = WebhookEndpoint.objects.get()
    assert (reply.status_code, reply.json()["secret"]) == (201, endpoint.secret)
    assert "secret" not in client.get(f"{ENDPOINTS}{endpoint.pk}/").json()


def test_endpoints_do_not_grow_without_end(api: Api, client: Client, manager: User) -> None:
    WebhookEndpoint.objects.bulk_create(WebhookEndpoint(url=BODY["url"], events=[EVENT]) for _ in range(50))
    reply = api(*WEBHOOKS, "conversations:read").post(ENDPOINTS, BODY)
    assert (reply.status_code, reply.json()["detail"]) == (400, "已有 50 个地址，请先删除不再使用的。")
    client.force_login(manager)
    page = client.post(reverse("admin:cs_platform_webhookendpoint_add"), BODY)
    assert (page.status_code, WebhookEndpoint.objects.count()) == (200, 50)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "gopher://a.example/", "nonsense"])
def test_a_forbidden_address_is_named(api: Api, url: str) -> None:
    reply = api(*WEBHOOKS, "conversations:read").post(ENDPOINTS, BODY | {"url": url})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/url")
    assert WebhookEndpoint.objects.count() == 0


def test_a_key_subscribes_only_to_what_it_may_read(api: Api) -> None:
    reply = api(*WEBHOOKS).post(ENDPOINTS, BODY)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/events")
    endpoint = make_endpoint(events=["customer.updated"])
    address = f"{ENDPOINTS}{endpoint.pk}/"
    assert api(*WEBHOOKS).patch(address, {"events": [EVENT]}, content_type="application/json").status_code == 400
    assert WebhookEndpoint.objects.get().events == ["customer.updated"]


def test_a_key_sends_nowhere_else_what_it_may_not_read(api: Api) -> None:
    endpoint = make_endpoint()
    there = {"url": "https://elsewhere.example.com/"}
    reply = api(*WEBHOOKS).patch(f"{ENDPOINTS}{endpoint.pk}/", there, content_type="application/json")
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/events")
    assert WebhookEndpoint.objects.get().url == endpoint.url
    may = api(*WEBHOOKS, "conversations:read")
    assert may.patch(f"{ENDPOINTS}{endpoint.pk}/", there, content_type="application/json").status_code == 200


def test_change_and_delete(api: Api) -> None:
    client, endpoint = api(*WEBHOOKS), make_endpoint()
    address = f"{ENDPOINTS}{endpoint.pk}/"
    changed = client.patch(address, {"is_active": False}, content_type="application/json").json()
    assert (changed["is_active"], changed["url"]) == (False, endpoint.url)
    assert client.delete(address).status_code == 204 and WebhookEndpoint.objects.count() == 0


def test_rotate_test_and_replay(api: Api) -> None:
    client, endpoint = api(*WEBHOOKS), make_endpoint()
    address = f"{ENDPOINTS}{endpoint.pk}/"
    assert client.post(f"{address}rotate-secret/").json()["secret"] != endpoint.secret
    assert client.post(f"{address}test/").json()["event_name"] == "webhook.test"
    WebhookDelivery.objects.update(status="failed")
    assert client.post(f"{address}replay-failed/", {"since": "2020-01-01T00:00:00Z"}).json() == {"count": 1}


def test_one_delivery_again(api: Api) -> None:
    delivery = make_delivery(status="failed")
    reply = api(*WEBHOOKS).post(f"{DELIVERIES}{delivery.pk}/replay/")
    assert (reply.status_code, reply.json()["status"]) == (202, "pending")


def test_what_was_sent_is_shown_to_who_may_read_it(api: Api, deliver: Callable[[], None]) -> None:
    make_endpoint()
    happen(deliver)
    assert api("webhooks:read").get(DELIVERIES).json()["results"][0]["body"] is None
    assert EVENT in api("webhooks:read", "conversations:read").get(DELIVERIES).json()["results"][0]["body"]


@pytest.mark.parametrize("path", ["{e}", "{e}1/rotate-secret/", "{e}1/test/", "{d}1/replay/"])
def test_reading_rights_write_nothing(api: Api, path: str) -> None:
    make_delivery()
    assert api("webhooks:read").post(path.format(e=ENDPOINTS, d=DELIVERIES), BODY).status_code == 403
