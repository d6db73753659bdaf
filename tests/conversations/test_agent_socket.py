"""The agent's socket, CONTRACT §5."""

import json
import uuid

import pytest
from channels.layers import get_channel_layer
from django.contrib.sessions.models import Session
from pytest_django import Settings

from conversations.models import Conversation
from conversations.services.handover import take_over
from conversations.services.ledger import Draft, append_message
from cs_platform.models import User
from routing.models import Channel
from tests.factories import write
from tests.sockets import Socket, desk, in_thread, is_refused, visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_strangers_are_refused(db: None) -> None:
    assert await is_refused("/ws/agent/")


async def test_an_integrator_is_refused(integrator: User) -> None:
    with pytest.raises(AssertionError, match="refused"):
        async with desk(integrator):
            pass


async def test_the_queue_lists_who_waits_with_the_question(channel: Channel, agent: User) -> None:
    async with visitor() as (socket, _), desk(agent) as console:
        await socket.ask("where is my parcel")
        await socket.ask("转人工")
        await socket.hear("status", status="queued")
        await console.say("list", view="queue", cursor=None)
        items = (await console.hear("conversations"))["items"]
        assert [(row["subject"], row["handoff_reason"]) for row in items] == [
            ("where is my parcel", "customer_request")
        ]


async def test_a_takeover_shows_the_whole_history_and_both_can_talk(channel: Channel, agent: User) -> None:
    async with visitor() as (socket, welcome), desk(agent) as console:
        number = welcome["conversation"]["id"]
        await socket.ask("转人工")
        await console.say("subscribe", conversation=number, after=0)
        assert (await console.hear("message"))["sender"] == "ai"
        await console.say("claim", conversation=number)
        await socket.hear("status", status="human")
        await console.say("message", conversation=number, client_id=str(uuid.uuid4()), text="Hi, Mei here")
        assert (await socket.hear("message", sender="agent"))["name"] == "Mei"
        await socket.ask("hi Mei")
        assert (await console.hear("message", text="hi Mei"))["conversation"] == number


async def test_of_two_agents_one_wins_and_the_other_is_told(
    conversation: Conversation, agent: User, agent2: User
) -> None:
    await in_thread(write)(conversation, "hi")
    async with desk(agent) as one, desk(agent2) as two:
        await one.say("claim", conversation=conversation.pk)
        await one.hear("conversation", type="conversation")
        await two.say("claim", conversation=conversation.pk)
        error = await two.hear("error")
        assert (error["code"], error["detail"]) == ("already_claimed", "Mei")


async def test_a_note_reaches_agents_and_never_the_customer(channel: Channel, agent: User, agent2: User) -> None:
    async with visitor() as (socket, welcome), desk(agent) as one, desk(agent2) as two:
        number = welcome["conversation"]["id"]
        await two.say("subscribe", conversation=number, after=0)
        await two.hear("conversation")
        await one.say("note", conversation=number, client_id=str(uuid.uuid4()), text="careful")
        assert (await two.hear("message", text="careful"))["private"] is True
        await socket.ask("hello")
        assert (await socket.hear("message"))["text"] == "hello"


async def test_a_reply_in_somebody_elses_chat_is_refused(conversation: Conversation, agent: User) -> None:
    async with desk(agent) as console:
        client_id = str(uuid.uuid4())
        await console.say("message", conversation=conversation.pk, client_id=client_id, text="hi")
        error = await console.hear("error")
        assert (error["code"], error["client_id"]) == ("not_yours", client_id)
        assert await conversation.messages.acount() == 0


async def test_every_console_hears_that_a_customer_waits(channel: Channel, agent: User) -> None:
    async with desk(agent) as console, visitor() as (socket, welcome):
        await socket.ask("转人工")
        notification = await console.hear("notification", kind="queued")
        assert notification["conversation"] == welcome["conversation"]["id"]


async def test_given_back_to_the_ai_the_customer_sees_it(channel: Channel, agent: User) -> None:
    async with visitor() as (socket, welcome), desk(agent) as console:
        number = welcome["conversation"]["id"]
        await socket.ask("hi")
        await console.say("claim", conversation=number)
        await socket.hear("status", status="human")
        await console.say("release", conversation=number, to="ai")
        await socket.hear("status", status="ai")


async def test_an_agent_who_subscribes_again_gets_only_what_is_new(conversation: Conversation, agent: User) -> None:
    await in_thread(write)(conversation, "one", "two")
    async with desk(agent) as console:
        await console.say("subscribe", conversation=conversation.pk, after=1)
        assert (await console.hear("message"))["text"] == "two"


async def test_a_disabled_agent_hears_nothing_more_though_the_console_never_pings(
    channel: Channel, agent: User, settings: Settings
) -> None:
    settings.ACCOUNT_CHECK_SECONDS = 0
    async with visitor() as (socket, welcome), desk(agent) as console:
        await console.say("subscribe", conversation=welcome["conversation"]["id"], after=1)
        await console.hear("conversation")
        await User.objects.filter(pk=agent.pk).aupdate(is_active=False)
        await socket.ask("my address is …")
        kinds = await heard_until_closed(console)
        assert kinds[-1] == 4403
        assert "message" not in kinds


async def test_logging_out_closes_the_console_before_it_does_anything(
    conversation: Conversation, agent: User, settings: Settings
) -> None:
    settings.ACCOUNT_CHECK_SECONDS = 0
    async with desk(agent) as console:
        await Session.objects.all().adelete()
        await console.say("claim", conversation=conversation.pk)
        assert (await heard_until_closed(console))[-1] == 4403
        assert (await Conversation.objects.aget()).owner == "ai"


async def test_a_transfer_with_a_note_that_cannot_be_kept_changes_nothing(
    conversation: Conversation, agent: User, agent2: User
) -> None:
    await in_thread(take_over)(conversation.pk, agent)
    async with desk(agent) as console:
        await console.say("transfer", conversation=conversation.pk, to={"agent": agent2.pk}, note="好" * 2001)
        assert (await console.hear("error"))["code"] == "too_long"
        assert (await Conversation.objects.aget()).agent_id == agent.pk


async def test_a_closed_console_leaves_nothing_in_the_channel_layer(agent: User) -> None:
    async with desk(agent) as console:
        await console.say("ping")
        await console.hear("pong")
    layer = get_channel_layer()
    assert (layer.channels, layer.groups) == ({}, {})


async def test_a_reply_that_was_stored_but_never_pushed_is_pushed_when_it_is_sent_again(
    channel: Channel, agent: User
) -> None:
    draft = Draft("agent", "hi, Mei here", client_id=str(uuid.uuid4()))
    async with visitor() as (socket, welcome), desk(agent) as console:
        number = welcome["conversation"]["id"]
        await in_thread(append_message)(number, draft, only_if={})
        await console.say("message", conversation=number, client_id=draft.client_id, text=draft.text)
        assert (await socket.hear("message", sender="agent"))["text"] == draft.text


async def test_frames_nested_beyond_reason_are_bad_and_the_socket_lives_on(agent: User) -> None:
    async with desk(agent) as console:
        for kind in ("transfer", "facts", "wrong"):
            await console.send_to(text_data=f'{{"type":"{kind}","to":{"[" * 4000}1{"]" * 4000}}}')
            assert (await console.hear("error"))["code"] == "bad_frame"
        await console.say("ping")
        await console.hear("pong")


async def heard_until_closed(console: Socket) -> list[str | int]:
    """The types of the frames up to the close, and its code."""
    kinds: list[str | int] = []
    while (output := await console.receive_output(timeout=5))["type"] == "websocket.send":
        kinds.append(json.loads(output["text"])["type"])
    return [*kinds, output["code"]]
