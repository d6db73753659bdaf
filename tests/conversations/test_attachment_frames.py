"""Attachments in the frames of both sockets."""

import uuid
from typing import Any

import pytest

from conversations.models import Conversation
from conversations.services.handover import take_over
from cs_platform.models import User
from routing.models import Channel
from tests.conversations.pictures import upload
from tests.sockets import desk, in_thread, visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_picture_reaches_the_agent_and_comes_back_after_a_reload(channel: Channel, agent: User) -> None:
    async with visitor() as (socket, welcome), desk(agent) as console:
        number = welcome["conversation"]["id"]
        await console.say("subscribe", conversation=number, after=0)
        await console.hear("read")
        picture = await in_thread(upload)(await Conversation.objects.aget(pk=number))
        await socket.say("message", client_id=str(uuid.uuid4()), text="", attachments=[picture.pk])
        seen = await console.hear("message", sender="customer")
        assert [(one["id"], one["kind"], one["width"]) for one in seen["attachments"]] == [(picture.pk, "image", 8)]
    async with visitor(token=welcome["token"]) as (_, again):
        assert again["messages"][1]["attachments"] == seen["attachments"]


@pytest.mark.parametrize(
    ("attachments", "code"),
    [
        ([10**9], "unknown_attachment"),
        ("x", "bad_frame"),
        (["1"], "bad_frame"),
        ([1] * 10, "bad_frame"),
        ([True], "bad_frame"),
    ],
)
async def test_what_cannot_be_attached(channel: Channel, attachments: Any, code: str) -> None:
    async with visitor() as (socket, _):
        await socket.say("message", client_id=str(uuid.uuid4()), text="look", attachments=attachments)
        assert (await socket.hear("error"))["code"] == code
        assert (await socket.ask("still here"))["seq"] == 2


async def test_neither_words_nor_files_is_no_message(channel: Channel) -> None:
    async with visitor() as (socket, _):
        await socket.say("message", client_id=str(uuid.uuid4()), text="", attachments=[])
        assert (await socket.hear("error"))["code"] == "empty"


async def test_an_agents_picture_reaches_the_customer(channel: Channel, agent: User) -> None:
    async with visitor() as (socket, welcome), desk(agent) as console:
        number = welcome["conversation"]["id"]
        await in_thread(take_over)(number, agent)
        picture = await in_thread(upload)(await Conversation.objects.aget(pk=number), by=agent)
        client_id = str(uuid.uuid4())
        await console.say("message", conversation=number, client_id=client_id, text="", attachments=[picture.pk])
        await console.hear("ack", client_id=client_id)
        assert (await socket.hear("message", sender="agent"))["attachments"][0]["id"] == picture.pk


async def test_an_agent_cannot_send_what_the_customer_uploaded(channel: Channel, agent: User) -> None:
    async with visitor() as (_, welcome), desk(agent) as console:
        number = welcome["conversation"]["id"]
        await in_thread(take_over)(number, agent)
        picture = await in_thread(upload)(await Conversation.objects.aget(pk=number))
        await console.say(
            "message", conversation=number, client_id=str(uuid.uuid4()), text="", attachments=[picture.pk]
        )
        assert (await console.hear("error"))["code"] == "unknown_attachment"
