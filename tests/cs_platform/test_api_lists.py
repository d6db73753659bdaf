"""Lists come in pages, filtered, and not more often than a key may ask."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from pytest_django.fixtures import Settings

from cs_platform.audit import record
from tests.api import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cs_platform.sample_api")]
URL = "/api/v1/samples/"


@pytest.fixture
def client(api: Callable[..., ApiClient]) -> ApiClient:
    return api("samples:read", "samples:write")


def test_pages_by_cursor_show_each_row_once(client: ApiClient) -> None:
    ids = [record(f"a{number}", by=None).pk for number in range(5)]
    first = client.get(f"{URL}?limit=2").json()
    record("newer", by=None)
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    seen = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert seen == ids[::-1] and third["next"] is None
    assert client.get(third["previous"]).json()["results"] == second["results"]


def test_a_page_has_at_most_two_hundred_rows(client: ApiClient) -> None:
    for number in range(3):
        record(f"a{number}", by=None)
    assert len(client.get(f"{URL}?limit=0").json()["results"]) == 3
    assert len(client.get(f"{URL}?limit=100000").json()["results"]) == 3


@pytest.mark.parametrize("limit", ["-1", "x", "1.5", "٣"])
def test_a_page_has_a_number_of_rows(client: ApiClient, limit: str) -> None:
    reply = client.get(URL, {"limit": limit})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/limit")


@pytest.mark.parametrize("cursor", ["garbage", "cD1hYmM=", "cD0xZTk5OTk="])  # the latter: p=abc, p=1e9999
def test_a_cursor_that_is_none(client: ApiClient, cursor: str) -> None:
    assert client.get(f"{URL}?cursor={cursor}").status_code == 404


def test_parameters_that_a_list_does_not_know_are_named_in_the_reply(client: ApiClient) -> None:
    reply = client.get(URL, {"actoin": "b", "limit": 10, "x\r\nSet-Cookie": "a"})
    assert (reply.status_code, reply["Ignored-Parameters"]) == (200, "actoin")
    assert "Ignored-Parameters" not in client.get(URL, {"action": "b"})


def test_filters(client: ApiClient) -> None:
    record("a", by=None)
    record("b", by=None)
    assert [row["action"] for row in client.get(f"{URL}?action=b").json()["results"]] == ["b"]


def test_too_many_requests(client: ApiClient, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    replies = [client.get(URL) for _ in range(3)]  # a minute may begin in between
    refused = replies[-1]
    assert (refused.status_code, refused.json()["code"], refused["RateLimit-Limit"]) == (429, "throttled", "1")
    assert 1 <= int(refused["Retry-After"]) <= 61 and refused["RateLimit-Remaining"] == "0"


def test_what_a_key_may_not_do_counts_as_well(api: Callable[..., ApiClient], settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    client = api("samples:write")
    assert [client.get(URL).status_code for _ in range(3)][-1] == 429  # a minute may begin in between


def test_another_key_has_its_own_limit(api: Callable[..., ApiClient], settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    assert [api("samples:read").get(URL).status_code for _ in range(3)] == [200, 200, 200]


def test_without_the_cache_nobody_is_refused(client: ApiClient, settings: Settings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    cache.close()
    assert client.get(URL).status_code == 200


def test_change_delete_and_verbs(client: ApiClient) -> None:
    row = record("a", by=None)
    assert client.patch(f"{URL}{row.pk}/", {"action": "b"}, content_type="application/json").json()["action"] == "b"
    assert client.post(f"{URL}{row.pk}/shout/").json() == {"action": "B"}
    assert client.delete(f"{URL}{row.pk}/").status_code == 204
    assert client.get(f"{URL}{row.pk}/").status_code == 404
