"""REST of messages: a customer's are answered as those of the chat, the shop's talk over nobody."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from conversations.models import Conversation, Message
from conversations.services.handover import close_conversation, take_over
from conversations.services.incoming import Incoming
from conversations.services.programs import receive_now
from conversations.services.replies import add_note
from conversations.services.turn import take_turn
from cs_platform.models import User
from tests.api import ApiClient
from tests.factories import make_conversation, make_entry, settle, texts_of, write

pytestmark = pytest.mark.django_db
Api = Callable[..., ApiClient]
URL = "/api/v1/messages/"
SCOPES = ("messages:read", "messages:write")


def say(client: ApiClient, conversation: Conversation, text: str = "hello", **body: Any) -> Any:
    given = {"conversation": conversation.pk, "sender": "customer", "text": text, "client_id": "c1"}
    return client.post(URL, given | body)


def test_what_comes_after_a_number_in_order(api: Api, conversation: Conversation) -> None:
    write(conversation, "one", "two", "three")
    write(make_conversation(), "elsewhere")
    rows = api("messages:read").get(f"{URL}?conversation={conversation.pk}&after=1").json()["results"]
    assert [(row["seq"], row["text"], row["sender"]) for row in rows] == [
        (2, "two", "customer"),
        (3, "three", "customer"),
    ]


def test_internal_notes_are_not_shown(api: Api, conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    note = add_note(conversation.pk, agent, client_id="n1", text="careful")
    client = api("messages:read")
    assert "careful" not in client.get(URL).content.decode()
    assert client.get(f"{URL}{note.pk}/").status_code == 404


def test_as_the_customer_it_is_answered_like_any_other(api: Api, conversation: Conversation) -> None:
    make_entry("怎么退货", "点申请售后。")
    reply = say(api(*SCOPES), conversation, "怎么退货")
    assert (reply.status_code, reply.json()["seq"], reply.json()["sender"]) == (201, 1, "customer")
    settle(conversation)
    take_turn(conversation.pk)
    assert texts_of(conversation) == [("customer", "怎么退货"), ("ai", "点申请售后。")]


def test_the_same_client_id_is_stored_once(api: Api, conversation: Conversation) -> None:
    client = api(*SCOPES)
    first, second = say(client, conversation), say(client, conversation)
    assert (first.status_code, second.status_code) == (201, 200) and first.json() == second.json()
    other = say(client, conversation, "something else")
    assert (other.status_code, other.json()["code"]) == (422, "client_id_reused")
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_at_once_it_is_stored_once() -> None:
    conversation, together, numbers = make_conversation(), threading.Barrier(5), []

    def once() -> None:
        together.wait()
        numbers.append(receive_now(Incoming(conversation.pk, "c1", "hello")).seq)
        connection.close()

    threads = [threading.Thread(target=once) for _ in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert numbers == [1] * 5 and Message.objects.count() == 1


def test_writing_opens_a_closed_conversation(api: Api, conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    close_conversation(conversation.pk, agent)
    say(api(*SCOPES), conversation)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.owner) == ("open", "ai")


def test_for_the_shop_into_a_free_conversation(api: Api, conversation: Conversation) -> None:
    client = api(*SCOPES)
    first = say(client, conversation, "已发货", sender="agent", name="ERP")
    assert (first.status_code, first.json()["sender"], first.json()["name"]) == (201, "agent", "ERP")
    assert say(client, conversation, "已发货", sender="agent", name="ERP").status_code == 200
    assert texts_of(conversation) == [("agent", "已发货")]


def test_not_while_the_ai_owes_an_answer(api: Api, conversation: Conversation) -> None:
    write(conversation, "question")
    reply = say(api(*SCOPES), conversation, "hi", sender="agent")
    assert (reply.status_code, reply.json()["code"]) == (409, "not_free")
    assert texts_of(conversation) == [("customer", "question")]


@pytest.mark.parametrize("owner", ["queue", "agent"])
def test_not_while_a_person_has_it_or_is_waited_for(api: Api, agent: User, owner: str) -> None:
    conversation = make_conversation(owner=owner, agent=agent if owner == "agent" else None)
    assert say(api(*SCOPES), conversation, sender="agent").status_code == 409
    assert Message.objects.count() == 0


def test_not_when_it_changed_hands_since_it_was_seen(api: Api, conversation: Conversation) -> None:
    assert say(api(*SCOPES), conversation, sender="agent", epoch=3).status_code == 409
    assert say(api(*SCOPES), conversation, sender="agent", epoch=0).status_code == 201


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "x" * 2001}, {"sender": "ai"}, {"client_id": ""}])
def test_what_makes_no_sense(api: Api, conversation: Conversation, wrong: dict[str, Any]) -> None:
    assert say(api(*SCOPES), conversation, **wrong).status_code == 400
    assert Message.objects.count() == 0


def test_a_conversation_that_is_not_there(api: Api) -> None:
    reply = api(*SCOPES).post(URL, {"conversation": 0, "sender": "customer", "text": "hi", "client_id": "c1"})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/conversation")


@pytest.mark.parametrize("query", ["conversation=" + "9" * 30, "after=" + "9" * 30, "after=-1", "conversation=x"])
def test_filters_beyond_reason(api: Api, conversation: Conversation, query: str) -> None:
    assert api("messages:read").get(f"{URL}?{query}").status_code in (200, 400)


def test_reading_rights_say_nothing(api: Api, conversation: Conversation) -> None:
    assert say(api("messages:read", "conversations:write"), conversation).status_code == 403
    assert Message.objects.count() == 0
