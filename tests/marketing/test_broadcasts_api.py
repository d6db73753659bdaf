"""Broadcasts over REST: drafted, started, stopped, and their result."""

from collections.abc import Callable

import pytest

from marketing.models import Broadcast
from marketing.services.sending import send_pending
from routing.models import Channel
from tests.api import ApiClient
from tests.marketing.shop import make_broadcast, make_running, make_segment, make_shopper, make_shoppers

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]
URL = "/api/v1/broadcasts/"


@pytest.fixture
def broadcasts(api: Api) -> ApiClient:
    return api("broadcasts:read", "broadcasts:write")


def test_drafted_and_started(broadcasts: ApiClient, channel: Channel) -> None:
    make_shoppers(channel, 2)
    body = {"name": "上新", "segment": make_segment().pk, "channels": ["shop"], "text": "{coupon}", "quiet_from": None}
    made = broadcasts.post(URL, {**body, "coupon_codes": ["A", "B"]}).json()
    assert (made["status"], made["channels"], made["quiet_from"]) == ("draft", ["shop"], None)
    started = broadcasts.post(f"{URL}{made['id']}/start/").json()
    assert started["status"] == "running"
    assert Broadcast.objects.get().recipients.count() == 2


def test_what_cannot_start_says_why(broadcasts: ApiClient) -> None:
    draft = make_broadcast()
    answer = broadcasts.post(f"{URL}{draft.pk}/start/")
    assert (answer.status_code, answer.json()["code"]) == (422, "cannot_start")
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_paused_resumed_and_cancelled(broadcasts: ApiClient, channel: Channel) -> None:
    make_shopper(channel)
    running = make_running()
    for move, status in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert broadcasts.post(f"{URL}{running.pk}/{move}/").json()["status"] == status
    assert broadcasts.post(f"{URL}{running.pk}/pause/").status_code == 409


def test_the_result(broadcasts: ApiClient, channel: Channel) -> None:
    make_shopper(channel)
    make_shopper(channel, marketing_consent="refused")
    running = make_running()
    send_pending()
    result = broadcasts.get(f"{URL}{running.pk}/result/").json()
    assert (result["recipients"], result["sent"], result["skipped"]) == (2, 1, {"opted_out": 1})
    assert (result["orders"], result["revenue"]) == (0, "0.00")


@pytest.mark.parametrize("body", [{}, {"text": "{phone}"}, {"segment": 0}, {"per_minute": 0}])
def test_what_is_wrong_is_refused(broadcasts: ApiClient, body: dict[str, object]) -> None:
    good = {"name": "上新", "segment": make_segment().pk, "text": "9 折"}
    answer = broadcasts.post(URL, {**good, **body} if body else {})
    assert answer.status_code == 400
    assert not Broadcast.objects.exists()


def test_segments_are_listed(broadcasts: ApiClient) -> None:
    segment = make_segment()
    assert [row["id"] for row in broadcasts.get("/api/v1/segments/").json()["results"]] == [segment.pk]


def test_only_keys_that_may(api: Api, channel: Channel) -> None:
    make_shopper(channel)
    running = make_running()
    assert api("leads:read").get(URL).status_code == 403
    assert api("broadcasts:read").post(f"{URL}{running.pk}/cancel/").status_code == 403
    running.refresh_from_db()
    assert running.status == "running"
