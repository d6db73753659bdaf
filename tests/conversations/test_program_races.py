"""Programs that send the same thing twice in the same moment: one effect, and the same answer for both."""

import pytest

from conversations.models import Conversation, Message
from cs_platform.models import User
from routing.models import Channel
from tests.api import api_client
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("sender", ["customer", "agent"])
def test_a_message_that_comes_twice_at_once(conversation: Conversation, manager: User, sender: str) -> None:
    body = {"conversation": conversation.pk, "sender": sender, "text": "Parcel sent", "client_id": "erp-1"}
    replies = at_once(lambda: api_client(manager, "messages:write").post("/api/v1/messages/", body))
    assert sorted(reply.status_code for reply in replies) == [200, 200, 200, 201]
    assert {reply.json()["id"] for reply in replies} == {Message.objects.get(client_id="erp-1").pk}


def test_a_lead_a_conversation_and_an_order_that_come_twice_at_once(channel: Channel, manager: User) -> None:
    scopes = ("leads:write", "conversations:write", "orders:write")
    bodies = {
        "leads": {"phone": "13800138000"},
        "conversations": {"channel": channel.key, "external_id": "u-1"},
        "orders": {"number": "A-1", "customer": {"account": "u-2"}},
    }
    for noun, body in bodies.items():
        replies = at_once(lambda noun=noun, body=body: api_client(manager, *scopes).post(f"/api/v1/{noun}/", body))
        assert [reply.status_code for reply in replies if reply.status_code >= 300] == [], noun
        assert len({reply.json()["id"] for reply in replies}) == 1, noun
