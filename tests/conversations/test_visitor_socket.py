"""The visitor's socket, CONTRACT §4."""

import json
import uuid

import jwt
import pytest
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.services.incoming import Incoming, append_customer_messages
from cs_platform.models import User
from routing.models import Channel
from routing.presence import set_presence
from tests.factories import make_entry
from tests.sockets import in_thread, is_refused, opened, visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_stranger_is_welcomed_with_the_greeting(channel: Channel) -> None:
    async with visitor() as (_, welcome):
        assert welcome["conversation"]["status"] == "ai"
        assert [(m["seq"], m["sender"]) for m in welcome["messages"]] == [(1, "ai")]


async def test_a_message_is_acknowledged_after_it_is_stored(channel: Channel) -> None:
    async with visitor() as (socket, _):
        ack = await socket.ask("hello")
        stored = await Message.objects.aget(pk=ack["id"])
        assert (ack["seq"], stored.seq, stored.text) == (2, 2, "hello")


async def test_the_same_client_id_is_acknowledged_twice_and_stored_once(channel: Channel) -> None:
    client_id = str(uuid.uuid4())
    async with visitor() as (socket, _):
        first, second = await socket.ask("hello", client_id), await socket.ask("hello", client_id)
        assert first["seq"] == second["seq"]
        assert await Message.objects.filter(sender="customer").acount() == 1


async def test_the_same_client_id_with_another_text_is_a_conflict(channel: Channel) -> None:
    client_id = str(uuid.uuid4())
    async with visitor() as (socket, _):
        await socket.ask("hello", client_id)
        await socket.say("message", client_id=client_id, text="good bye", attachments=[])
        assert (await socket.hear("error"))["code"] == "conflict"


async def test_a_question_is_answered(channel: Channel) -> None:
    await in_thread(make_entry)("How long does delivery take?", "Two days.")
    async with visitor() as (socket, _):
        await socket.ask("How long does delivery take?")
        answer = await socket.hear("message", sender="ai")
        assert (answer["seq"], answer["text"]) == (3, "Two days.")


async def test_a_chosen_option_is_asked_and_answered(channel: Channel) -> None:
    entry = await in_thread(make_entry)("How long does delivery take?", "Two days.")
    await Channel.objects.aupdate(suggested_questions="How long does delivery take?")
    async with visitor() as (socket, welcome):
        assert welcome["messages"][0]["options"] == [{"id": f"entry:{entry.pk}", "text": entry.question}]
        await socket.say("choose", client_id=str(uuid.uuid4()), option_id=f"entry:{entry.pk}")
        assert (await socket.hear("message", sender="ai"))["text"] == "Two days."


async def test_an_option_that_was_never_offered_is_refused(channel: Channel) -> None:
    async with visitor() as (socket, _):
        await socket.say("choose", client_id=str(uuid.uuid4()), option_id="entry:1")
        assert (await socket.hear("error"))["code"] == "unknown_option"


async def test_who_comes_back_gets_what_was_missed_and_nothing_twice(channel: Channel) -> None:
    async with visitor() as (socket, welcome):
        await socket.ask("one")
        await socket.ask("two")
    async with visitor(token=welcome["token"], after=2) as (_, again):
        assert again["conversation"] == welcome["conversation"] | {"status": again["conversation"]["status"]}
        assert [m["text"] for m in again["messages"] if m["sender"] == "customer"] == ["two"]


async def test_two_tabs_see_the_same(channel: Channel) -> None:
    async with visitor() as (one, welcome), visitor(token=welcome["token"]) as (two, _):
        await one.ask("hello")
        assert (await two.hear("message"))["text"] == "hello"


async def test_what_was_stored_but_never_pushed_is_pushed_when_it_is_sent_again(channel: Channel) -> None:
    client_id = str(uuid.uuid4())
    async with visitor() as (one, welcome), visitor(token=welcome["token"]) as (two, _):
        await in_thread(append_customer_messages)([Incoming(welcome["conversation"]["id"], client_id, "hello")])
        await one.ask("hello", client_id)
        assert (await two.hear("message"))["text"] == "hello"


async def test_asking_for_a_person_shows_the_place_in_the_queue(channel: Channel, agent: User) -> None:
    await in_thread(set_presence)(agent, "online")
    async with visitor() as (socket, _):
        await socket.ask("转人工")
        status = await socket.hear("status", status="queued")
        assert status["position"] == 1


@pytest.mark.parametrize("token", ["made up", "\ud800"])
async def test_an_unknown_token_is_a_stranger(channel: Channel, token: str) -> None:
    async with visitor(token=token) as (_, welcome):
        assert welcome["token"] != token
        assert await Conversation.objects.acount() == 1


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", "bad_frame"),
        ("[1]", "bad_frame"),
        ("[" * 5000, "bad_frame"),
        ('{"type": "launch"}', "unknown_type"),
        ('{"type": ["hello"]}', "unknown_type"),
        ('{"type": "message", "client_id": "1", "text": "a"}', "bad_client_id"),
        ('{"type": "rate", "score": 9}', "bad_frame"),
        ('{"type": "hello", "after": -1}', "bad_frame"),
        ('{"type": "hello", "identity": "forged"}', "invalid_identity"),
        ('{"type": "hello", "identity": "\\ud800"}', "invalid_identity"),
        ('{"type": "message", "client_id": "\\ud800", "text": "a"}', "bad_client_id"),
    ],
)
async def test_a_bad_frame_gets_an_error_and_the_socket_lives(channel: Channel, frame: str, code: str) -> None:
    async with visitor() as (socket, _):
        await socket.send_to(text_data=frame)
        output = await socket.receive_output(timeout=5)
        while (error := json.loads(output["text"].encode()))["type"] != "error":
            output = await socket.receive_output(timeout=5)
        assert error["code"] == code
        await socket.say("ping")
        await socket.hear("pong")


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("  \x00 ", "empty"), ("好" * 2001, "too_long")])
async def test_a_text_that_cannot_be_taken_is_named(channel: Channel, text: str, code: str) -> None:
    client_id = str(uuid.uuid4())
    async with visitor() as (socket, _):
        await socket.say("message", client_id=client_id, text=text, attachments=[])
        error = await socket.hear("error")
        assert (error["code"], error["client_id"]) == (code, client_id)


async def test_nothing_works_before_hello(channel: Channel) -> None:
    async with opened("/ws/visitor/shop/") as socket:
        await socket.say("message", client_id=str(uuid.uuid4()), text="hi", attachments=[])
        assert (await socket.hear("error"))["code"] == "hello_first"


async def test_an_oversized_frame_closes_the_socket(channel: Channel) -> None:
    async with opened("/ws/visitor/shop/") as socket:
        await socket.send_to(text_data=json.dumps({"type": "ping", "padding": "x" * 17000}))
        assert await socket.receive_output(timeout=5) == {"type": "websocket.close", "code": 1009}


async def test_a_flood_is_slowed_and_then_closed(channel: Channel) -> None:
    async with opened("/ws/visitor/shop/") as socket:
        for _ in range(250):
            await socket.say("ping")
        kinds = []
        while (output := await socket.receive_output(timeout=5))["type"] == "websocket.send":
            kinds.append(json.loads(output["text"])["type"])
        assert (kinds[0], kinds[-1], output["code"]) == ("pong", "error", 1008)


async def test_an_unknown_channel_is_refused(channel: Channel) -> None:
    assert await is_refused("/ws/visitor/other/")


async def test_a_foreign_site_is_refused_unless_allowed(channel: Channel) -> None:
    headers = (("host", "chat.test"), ("origin", "https://shop.test"))
    assert await is_refused("/ws/visitor/shop/", *headers)
    await Channel.objects.aupdate(allowed_origins="https://shop.test/")
    async with opened("/ws/visitor/shop/", *headers):
        pass


async def test_a_signed_identity_finds_the_same_customer_on_another_device(channel: Channel) -> None:
    claims = {"sub": "u1", "name": "Lin", "exp": int(timezone.now().timestamp()) + 60}
    signed = jwt.encode(claims, channel.identity_secret, algorithm="HS256")
    numbers = []
    for _ in range(2):
        async with opened("/ws/visitor/shop/") as socket:
            await socket.say("hello", token=None, after=0, identity=signed)
            numbers.append((await socket.hear("welcome"))["conversation"]["id"])
    assert numbers[0] == numbers[1]


async def test_a_token_from_before_the_log_in_opens_nothing_afterwards(channel: Channel) -> None:
    claims = {"sub": "u1", "exp": int(timezone.now().timestamp()) + 60}
    signed = jwt.encode(claims, channel.identity_secret, algorithm="HS256")
    async with visitor() as (socket, stranger):
        await socket.say("hello", token=stranger["token"], after=1, identity=signed)
        known = await socket.hear("welcome")
    assert known["conversation"]["id"] == stranger["conversation"]["id"]
    async with visitor(token=stranger["token"]) as (_, other):
        assert other["conversation"]["id"] != stranger["conversation"]["id"]


async def test_a_rating_is_kept_once_per_episode(channel: Channel) -> None:
    async with visitor() as (socket, _):
        await socket.say("rate", score=2, comment="slow")
        await socket.say("rate", score=5)
        await socket.say("ping")
        await socket.hear("pong")
        conversation = await Conversation.objects.aget()
        assert [r.score async for r in conversation.ratings.all()] == [5]


async def test_writing_to_a_closed_conversation_opens_it_again(channel: Channel) -> None:
    async with visitor() as (socket, _):
        await Conversation.objects.aupdate(status="closed", owner="none")
        await socket.ask("one more thing")
        await socket.hear("status", status="ai")


async def test_a_push_that_was_lost_with_its_process_is_made_good_by_the_next_ping(channel: Channel) -> None:
    async with visitor() as (socket, welcome):
        number = welcome["conversation"]["id"]
        await Message.objects.acreate(conversation_id=number, seq=2, sender="ai", text="Two days.")
        await Conversation.objects.filter(pk=number).aupdate(last_seq=2)
        await socket.say("ping")
        assert (await socket.hear("message"))["text"] == "Two days."
