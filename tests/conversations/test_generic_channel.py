"""The generic channel speaks Standard Webhooks both ways."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from conversations.adapters.base import Callback, NotGenuine, Outgoing, Senseless
from conversations.adapters.generic import Generic
from conversations.services.handover import take_over
from conversations.services.replies import send_agent_message
from cs_platform.models import User
from routing.kinds import ConnectionFailed, kind_of
from tests.conversations.pictures import upload
from tests.conversations.platforms import SIGNING_SECRET, deliver_all, generic_channel, said, signed, take
from tests.web_double import web_double

pytestmark = pytest.mark.django_db

CASES = json.loads((Path(__file__).parent.parent / "payloads" / "standard_webhooks" / "vectors.json").read_text())


@pytest.mark.parametrize(
    "inputs", [c["inputs"] for c in CASES["vectors"] if c["id"] in ("sw-verify-only-bogus", "sw-verify-partial")]
)
def test_published_signatures_that_do_not_hold(inputs: dict[str, Any]) -> None:
    headers = {name.replace("_", "-"): str(value) for name, value in inputs.items() if name.startswith("webhook")}
    with pytest.raises(NotGenuine):
        Generic(generic_channel()).open(Callback("POST", {}, headers, inputs["payload"].encode()))


def test_while_the_secret_is_changed_both_are_taken() -> None:
    channel = generic_channel()
    channel.connection = json.dumps({"secret": "whsec_" + "A" * 32, "previous_secret": SIGNING_SECRET})
    assert Generic(channel).open(signed(b"{}")) == "{}"


@pytest.mark.parametrize(
    "body",
    [
        {"message_id": "m1"},
        {"customer": {"id": "u"}, "text": "x"},
        {"message_id": 1, "customer": {"id": "u"}, "text": "x"},
        {"message_id": "m", "customer": {"id": "u" * 129}, "text": "x"},
        {"message_id": "m", "customer": {"id": "u"}, "text": ["x"]},
        {"message_id": "m", "customer": {"id": "u"}, "text": "x" * 2001},
        {"message_id": "m", "customer": {"id": "u"}, "attachments": "x"},
        {"message_id": "m", "customer": {"id": "u"}, "attachments": ["http://a.test"] * 10},
        {"message_id": "m", "customer": "u", "text": "x"},
    ],
)
def test_what_is_no_message(body: dict[str, Any]) -> None:
    with pytest.raises(Senseless):
        Generic(generic_channel()).parse(json.dumps(body))


def test_a_number_in_place_of_the_customers_id_is_named() -> None:
    body = {"message_id": "m", "customer": {"id": 7}, "text": "x"}
    with pytest.raises(Senseless, match=r"^customer\.id must be a text"):
        Generic(generic_channel()).parse(json.dumps(body))


def test_a_message_goes_out_signed_with_all_that_belongs_to_it(
    agent: User, outbound_allowed: Callable[[str], None]
) -> None:
    with web_double() as receiver, override_settings(PUBLIC_URL="https://chat.example.com"):
        outbound_allowed(receiver.place)
        conversation = take(generic_channel(f"{receiver.url}/in"), said())
        take_over(conversation.pk, agent)
        file = upload(conversation, by=agent)
        send_agent_message(conversation.pk, agent, client_id="a", text="看", attachment_ids=(file.pk,))
        deliver_all(conversation.channel)
    asked = receiver.asked[-1]
    body = Webhook(SIGNING_SECRET).verify(asked.body, asked.headers)
    assert (body["customer"], body["sender"], body["name"], body["text"]) == ({"id": "u1"}, "agent", "Mei", "看")
    assert body["attachments"][0]["url"].startswith("https://chat.example.com/attachments/")
    assert asked.headers["webhook-id"] == body["message_id"] == f"msg_{conversation.messages.latest('pk').pk}"


def test_the_ai_is_labelled_beside_its_words() -> None:
    outgoing = Outgoing("msg_1", "u1", "ai", "小禾", "Two days.", timezone.now())
    adapter = Generic(generic_channel())
    assert adapter._payload(outgoing)["label"] == "AI 助手"
    assert adapter._payload(replace(outgoing, sender="agent"))["label"] == ""


def test_the_connection_can_be_tried(outbound_allowed: Callable[[str], None]) -> None:
    with web_double() as receiver:
        outbound_allowed(receiver.place)
        channel = generic_channel(f"{receiver.url}/in")
        kind = kind_of(channel)
        assert kind is not None and "200" in kind.check_connection(channel)
        receiver.answer((500, {}, b""))
        with pytest.raises(ConnectionFailed, match="500"):
            kind.check_connection(channel)
