"""REST of customers: found by what the shop knows, and shown no further than the key's scopes go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Customer
from conversations.services.customers import update_customer
from routing.models import Channel
from tests.api import ApiClient
from tests.factories import make_customer

pytestmark = pytest.mark.django_db
Api = Callable[..., ApiClient]
URL = "/api/v1/customers/"
SCOPES = ("customers:read", "customers:write")
LIN = {"name": "Lin", "phone": "13812345678", "email": "lin@example.com", "wechat": "lin-w", "note": "likes tea"}


def ids(reply: Any) -> list[int]:
    return [row["id"] for row in reply.json()["results"]]


def patch(client: ApiClient, customer: Customer, **body: Any) -> Any:
    return client.patch(f"{URL}{customer.pk}/", body, content_type="application/json")


def test_contacts_are_masked(api: Api) -> None:
    customer = make_customer(**LIN)
    shown = api("customers:read").get(f"{URL}{customer.pk}/")
    assert (shown.json()["name"], shown.json()["phone"], shown.json()["note"]) == ("Lin", "138****5678", "")
    assert not any(secret in shown.content.decode() for secret in ("13812345678", "lin@example", "lin-w", "tea"))


def test_and_in_full_with_a_scope_of_their_own(api: Api) -> None:
    customer = make_customer(**LIN)
    shown = api("customers:read", "customers:personal").get(f"{URL}{customer.pk}/").json()
    assert {name: shown[name] for name in LIN} == LIN


@pytest.mark.parametrize(
    "query", ["phone=13812345678", "email=LIN@example.com", "external_id=u-1", "external_id=u-1&channel=shop"]
)
def test_found_by_what_the_shop_knows(api: Api, channel: Channel, query: str) -> None:
    client = api(*SCOPES, "customers:personal")
    created = client.post(URL, LIN | {"external_id": "u-1", "channel": "shop"}).json()
    make_customer("Wang", phone="13900000000")
    assert ids(client.get(f"{URL}?{query}")) == [created["id"]]
    assert created["accounts"] == [{"channel": "shop", "external_id": "u-1"}]


def test_only_who_changed_since_then(api: Api) -> None:
    quiet, changed = make_customer(), make_customer()
    Customer.objects.update(updated_at=timezone.now() - timedelta(days=1))
    update_customer(changed, name="Lin")
    since = (timezone.now() - timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert ids(api("customers:read").get(f"{URL}?updated_since={since}")) == [changed.pk]
    assert set(ids(api("customers:read").get(URL))) == {quiet.pk, changed.pk}


def test_an_external_id_belongs_to_one_customer(api: Api) -> None:
    client = api(*SCOPES)
    first = client.post(URL, {"name": "Lin", "external_id": "erp-1"}).json()
    again = client.post(URL, {"name": "Other", "external_id": "erp-1"})
    assert (again.status_code, again.json()["code"]) == (409, "external_id_taken")
    assert str(first["id"]) in again.json()["detail"] and Customer.objects.count() == 1


def test_change_what_is_sent_and_nothing_else(api: Api) -> None:
    customer = make_customer(**LIN)
    reply = patch(api(*SCOPES), customer, level="vip", tags=["老客"])
    customer.refresh_from_db()
    assert (reply.status_code, customer.level, customer.tags, customer.phone) == (200, "vip", ["老客"], LIN["phone"])
    assert reply.json()["phone"] == "138****5678"


def test_fields_that_are_not_offered_are_left_alone(api: Api) -> None:
    customer = make_customer("Lin")
    patch(api(*SCOPES), customer, id=999, merged_into=customer.pk, created_at="2000-01-01T00:00:00Z", name="Li")
    customer.refresh_from_db()
    assert (customer.name, customer.merged_into, customer.created_at.year) == ("Li", None, timezone.now().year)


@pytest.mark.parametrize("wrong", [{"email": "x"}, {"level": "king"}, {"tags": "a"}, {"name": "x" * 101}])
def test_each_wrong_field_is_named(api: Api, wrong: dict[str, Any]) -> None:
    customer = make_customer("Lin")
    reply = patch(api(*SCOPES), customer, **wrong)
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, f"#/{next(iter(wrong))}")


def test_many_rows_need_no_more_queries(api: Api, channel: Channel, django_assert_max_num_queries: Callable) -> None:
    client = api(*SCOPES)
    for number in range(5):
        client.post(URL, {"external_id": f"u-{number}", "channel": "shop"})
    with django_assert_max_num_queries(4):
        client.get(URL)


def test_reading_rights_write_nothing(api: Api) -> None:
    customer = make_customer("Lin")
    client = api("customers:read", "customers:personal")
    assert client.post(URL, {"name": "x"}).status_code == patch(client, customer, name="x").status_code == 403
    assert Customer.objects.get().name == "Lin"


def test_a_truth_that_is_neither_is_refused(api: Api) -> None:
    reply = api("customers:read").get(f"{URL}?is_blocked=yes")
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/is_blocked")


@pytest.mark.parametrize("query", ["phone=13812345678", "email=lin@example.com"])
@pytest.mark.parametrize("is_one", [True, False])
def test_what_is_masked_cannot_be_found_out_by_filters(api: Api, query: str, is_one: bool) -> None:
    customer = make_customer(**LIN)
    path = f"{URL}{customer.pk}/" if is_one else URL
    reply = api("customers:read").get(f"{path}?{query}")
    assert (reply.status_code, reply.json()["code"]) == (403, "missing_scope")
