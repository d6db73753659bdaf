"""What shopper and agent see over their sockets while a person is found."""

import uuid

import pytest

from conversations.models import Conversation
from conversations.services.handover import take_over
from cs_platform.models import User
from routing.models import Channel, SkillGroup
from tests.conversations.desks import seat
from tests.factories import write
from tests.sockets import desk, in_thread, visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_customer_who_asks_gets_the_agent_without_a_click(channel: Channel, agent: User) -> None:
    await in_thread(seat)(agent)
    async with visitor() as (socket, welcome), desk(agent) as console:
        await socket.ask("转人工")
        assert (await socket.hear("status", status="human"))["agent"]["name"] == "Mei"
        notice = await console.hear("notification", kind="assigned")
        assert notice["conversation"] == welcome["conversation"]["id"]


async def test_who_opens_the_console_is_given_those_who_wait(channel: Channel, agent: User) -> None:
    await in_thread(seat)(agent, presence="offline")
    async with visitor() as (socket, _):
        await socket.ask("转人工")
        assert (await socket.hear("status", status="queued"))["position"] is None
        async with desk(agent):
            await socket.hear("status", status="human")


async def test_a_chosen_message_is_asked_for(channel: Channel) -> None:
    async with visitor() as (socket, _):
        await socket.ask("转人工")
        offered = await socket.hear("message", sender="system")
        await socket.say("choose", client_id=str(uuid.uuid4()), option_id=offered["options"][0]["id"])
        assert "请写下您的问题和联系方式" in (await socket.hear("message", sender="system"))["text"]


async def test_a_chat_can_be_transferred_to_a_group(conversation: Conversation, agent: User) -> None:
    group = await SkillGroup.objects.acreate(name="Refunds")
    await in_thread(write)(conversation, "hi")
    await in_thread(take_over)(conversation.pk, agent)
    async with desk(agent) as console:
        await console.say("transfer", conversation=conversation.pk, to={"group": group.pk}, note="a refund")
        row = (await console.hear("conversation"))["conversation"]
        assert (row["owner"], row["handoff_reason"]) == ("queue", "group_transfer")


@pytest.mark.parametrize(
    ("to", "code"), [({"group": 99}, "not_found"), ({}, "bad_frame"), ({"group": 1, "agent": 1}, "bad_frame")]
)
async def test_a_transfer_to_nowhere_changes_nothing(
    conversation: Conversation, agent: User, to: dict[str, int], code: str
) -> None:
    await in_thread(take_over)(conversation.pk, agent)
    async with desk(agent) as console:
        await console.say("transfer", conversation=conversation.pk, to=to, note="")
        assert (await console.hear("error"))["code"] == code
        assert (await Conversation.objects.aget()).agent_id == agent.pk
