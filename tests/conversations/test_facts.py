"""What an agent sees beside a chat."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import Conversation
from conversations.services.facts import facts_for
from cs_platform.models import User
from tests.factories import make_conversation, make_order, make_ticket, write
from tests.sockets import desk, in_thread


def fill(conversation: Conversation, times: int) -> None:
    customer = conversation.customer
    for number in range(times):
        make_order(
            customer=customer,
            status="shipped",
            items=[{"sku": f"L{number}", "name": "Lamp"}],
            shipments=[{"carrier": "SF", "tracking_number": f"SF{number}"}],
        )
        make_ticket(customer=customer, conversation=conversation)
        write(make_conversation(customer=customer), "hello")


@pytest.mark.django_db
def test_orders_parcels_tickets_and_other_conversations(conversation: Conversation, vip: object) -> None:
    fill(conversation, 1)
    make_order(customer=vip)
    facts = facts_for(conversation)
    [order], [ticket], [other] = facts["orders"], facts["tickets"], facts["conversations"]
    assert facts["customer"]["name"] == "Lin"
    assert (order["items"][0]["name"], order["shipments"][0]["tracking_number"]) == ("Lamp", "SF0")
    assert ticket["subject"] == "Broken lamp" and not ticket["is_overdue"]
    assert other["last_text"] == "hello"


@pytest.mark.django_db
def test_the_newest_five_orders(conversation: Conversation) -> None:
    fill(conversation, 7)
    numbers = [order["number"] for order in facts_for(conversation)["orders"]]
    assert len(numbers) == 5 and numbers == sorted(numbers, reverse=True)


@pytest.mark.django_db
def test_more_history_needs_no_more_queries(conversation: Conversation) -> None:
    fill(conversation, 1)
    with CaptureQueriesContext(connection) as few:
        facts_for(conversation)
    fill(conversation, 5)
    with CaptureQueriesContext(connection) as many:
        facts_for(conversation)
    assert len(many) == len(few) == 6


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_the_console_asks_for_them(conversation: Conversation, agent: User) -> None:
    await in_thread(fill)(conversation, 1)
    async with desk(agent) as console:
        await console.say("facts", conversation=conversation.pk)
        facts = await console.hear("facts", conversation=conversation.pk)
        assert len(facts["orders"]) == 1
        await console.say("facts", conversation=99999)
        assert (await console.hear("error"))["code"] == "not_found"
