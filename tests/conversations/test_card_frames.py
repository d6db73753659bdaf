"""Cards over the visitor's socket, and whether the visitor is still there."""

import uuid

import pytest

from conversations.models import CardSubmission, Conversation
from conversations.services.presence import is_present
from cs_platform.models import User
from routing.models import Channel
from tests.conversations.cards import FILLED_IN, show_card
from tests.sockets import Frame, Socket, desk, in_thread, visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def send_card(socket: Socket, message_id: int, **values: object) -> None:
    values = {**FILLED_IN, **values}
    await socket.say("card", client_id=str(uuid.uuid4()), message_id=message_id, values=values)


async def shown(welcome: Frame) -> int:
    conversation = await Conversation.objects.aget(pk=welcome["conversation"]["id"])
    message = await in_thread(show_card)(conversation)
    return int(message.pk)


async def test_a_card_is_acknowledged_and_thanked_for(channel: Channel) -> None:
    async with visitor() as (socket, welcome):
        await send_card(socket, await shown(welcome))
        ack = await socket.hear("ack")
        assert (await CardSubmission.objects.aget()).receipt_id == ack["id"]
        assert ack["seq"] == 3


async def test_an_agent_who_reads_along_sees_it_filled_in(channel: Channel, agent: User) -> None:
    async with visitor() as (socket, welcome), desk(agent) as console:
        card = await shown(welcome)
        await console.say("subscribe", conversation=welcome["conversation"]["id"], after=0)
        await console.hear("read")
        await send_card(socket, card)
        filled_in = (await console.hear("remarks"))["cards"]
    assert [(one["message"], one["card"]["summary"]["phone"]) for one in filled_in] == [(card, "138****8000")]


async def test_wrong_values_are_named_and_nothing_is_stored(channel: Channel) -> None:
    async with visitor() as (socket, welcome):
        await send_card(socket, await shown(welcome), phone="1", consent=False)
        error = await socket.hear("error")
        assert (error["code"], error["detail"]) == ("bad_values", "consent, phone")
        assert await CardSubmission.objects.acount() == 0


async def test_a_message_without_a_card(channel: Channel) -> None:
    async with visitor() as (socket, welcome):
        await send_card(socket, welcome["messages"][0]["id"])
        assert (await socket.hear("error"))["code"] == "unknown_card"


@pytest.mark.parametrize("values", [None, [], "x"])
async def test_values_that_are_no_object(channel: Channel, values: object) -> None:
    async with visitor() as (socket, _):
        await socket.say("card", client_id=str(uuid.uuid4()), message_id=1, values=values)
        assert (await socket.hear("error"))["code"] == "bad_frame"


async def test_a_visitor_is_there_until_the_browser_leaves(channel: Channel) -> None:
    async with visitor() as (_, welcome):
        number = welcome["conversation"]["id"]
        assert await in_thread(is_present)(number)
    assert not await in_thread(is_present)(number)
