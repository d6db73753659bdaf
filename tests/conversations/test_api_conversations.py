"""REST of conversations: read, opened for an account of the shop, closed when nobody owes a word."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Conversation, Customer
from conversations.services.handover import take_over
from cs_platform.models import User
from routing.models import Channel
from tests.api import ApiClient
from tests.factories import make_channel, make_conversation, settle, write

pytestmark = pytest.mark.django_db
Api = Callable[..., ApiClient]
URL = "/api/v1/conversations/"
SCOPES = ("conversations:read", "conversations:write")


def ids(reply: Any) -> list[int]:
    return [row["id"] for row in reply.json()["results"]]


def test_what_a_program_sees(api: Api, conversation: Conversation) -> None:
    write(conversation, "怎么退货")
    shown = api("conversations:read").get(f"{URL}{conversation.pk}/").json()
    assert (shown["status"], shown["owner"], shown["channel"], shown["last_seq"]) == ("open", "ai", "shop", 1)
    assert (shown["subject"], shown["last_message"], shown["customer"]) == (
        "怎么退货",
        "怎么退货",
        conversation.customer_id,
    )


def test_filters(api: Api, conversation: Conversation) -> None:
    other = make_conversation(make_channel("taobao"), owner=Conversation.Owner.QUEUE)
    client = api("conversations:read")
    assert ids(client.get(f"{URL}?channel=taobao")) == ids(client.get(f"{URL}?owner=queue")) == [other.pk]
    assert ids(client.get(f"{URL}?customer={conversation.customer_id}")) == [conversation.pk]
    assert ids(client.get(f"{URL}?status=closed")) == []


def test_only_what_changed_since_then(api: Api, conversation: Conversation) -> None:
    old = make_conversation(last_message_at=timezone.now() - timedelta(days=1))
    since = (timezone.now() - timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert ids(api("conversations:read").get(f"{URL}?updated_since={since}")) == [conversation.pk]
    assert old.pk not in ids(api("conversations:read").get(f"{URL}?updated_since={since}"))


def test_many_rows_need_no_more_queries(api: Api, django_assert_max_num_queries: Callable) -> None:
    for _ in range(5):
        make_conversation()
    client = api("conversations:read")
    client.get(URL)
    with django_assert_max_num_queries(3):
        client.get(URL)


def test_an_account_gets_one_conversation_however_often(api: Api, channel: Channel) -> None:
    client, body = api(*SCOPES), {"channel": "shop", "external_id": "u-1", "profile": {"name": "Lin"}}
    first, second = client.post(URL, body).json(), client.post(URL, body).json()
    assert first["id"] == second["id"] and Conversation.objects.count() == 1
    assert Customer.objects.get().name == "Lin"


def test_the_account_is_the_one_of_signed_identities(api: Api, channel: Channel) -> None:
    api(*SCOPES).post(URL, {"channel": "shop", "external_id": "u-1"})
    identity = Customer.objects.get().identities.get()
    assert (identity.kind, identity.channel, identity.external_id) == ("shop", channel, "u-1")


@pytest.mark.parametrize(
    "body", [{}, {"channel": "nowhere", "external_id": "u"}, {"channel": "shop", "external_id": ""}]
)
def test_what_makes_no_sense(api: Api, channel: Channel, body: dict[str, str]) -> None:
    assert api(*SCOPES).post(URL, body).status_code == 400
    assert Customer.objects.count() == 0


def test_close(api: Api, conversation: Conversation) -> None:
    reply = api(*SCOPES).post(f"{URL}{conversation.pk}/close/", {"reason": "solved elsewhere"})
    assert (reply.status_code, reply.json()["status"], reply.json()["owner"]) == (200, "closed", "none")


def test_a_persons_conversation_is_not_closed(api: Api, conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    reply = api(*SCOPES).post(f"{URL}{conversation.pk}/close/")
    conversation.refresh_from_db()
    assert (reply.status_code, reply.json()["code"], conversation.status) == (409, "not_free", "open")


def test_nor_one_that_the_ai_still_has_to_answer(api: Api, conversation: Conversation) -> None:
    write(conversation, "hello")
    settle(conversation)
    assert api(*SCOPES).post(f"{URL}{conversation.pk}/close/").status_code == 409


def test_nor_one_that_changed_hands_since_it_was_seen(api: Api, conversation: Conversation) -> None:
    assert api(*SCOPES).post(f"{URL}{conversation.pk}/close/", {"epoch": 7}).status_code == 409
    assert api(*SCOPES).post(f"{URL}{conversation.pk}/close/", {"epoch": 0}).status_code == 200


def test_reading_rights_open_and_close_nothing(api: Api, conversation: Conversation) -> None:
    client = api("conversations:read", "messages:write")
    assert client.post(URL, {"channel": "shop", "external_id": "u"}).status_code == 403
    assert client.post(f"{URL}{conversation.pk}/close/").status_code == 403


def test_the_greeting_is_in_the_language_of_the_channel_whatever_the_program_speaks(api: Api) -> None:
    make_channel("shop", language="zh-hans")
    body = {"channel": "shop", "external_id": "u-1"}
    opened = api(*SCOPES).post(URL, body, headers={"accept-language": "en"}).json()
    greeting = Conversation.objects.get(pk=opened["id"]).messages.get()
    assert (greeting.author_name, greeting.text[:2]) == ("AI 助手", "您好")
