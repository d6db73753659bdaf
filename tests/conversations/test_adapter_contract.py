"""What holds for every platform: only what is genuine comes in, once, and whatever it is does no harm."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from conversations.adapters import base
from conversations.adapters.base import Delayed, NotGenuine, Outgoing, Senseless
from conversations.models import InboundPayload, Message
from conversations.services.arrivals import take_payload
from cs_platform.threads import release_connection
from tests.conversations.adapter_cases import CASES, Case
from tests.conversations.platforms import adapter_for
from tests.web_double import web_double

pytestmark = pytest.mark.django_db


@pytest.fixture(params=CASES)
def case(request: Any) -> Case:
    return CASES[request.param]


@pytest.fixture
def adapter(case: Case) -> base.Adapter:
    return adapter_for(case.make_channel())


def test_every_platform_has_a_case() -> None:
    assert {name.split()[0] for name in CASES} == set(base._adapters)


def test_a_message_comes_in(adapter: base.Adapter, case: Case) -> None:
    take_payload(adapter, adapter.open(case.message("1001", "在吗", 0)))
    message = Message.objects.get(sender="customer")
    assert (message.text, message.platform_id) == ("在吗", f"{adapter.channel.pk}:1001")
    assert InboundPayload.objects.get().state == "done"


def test_a_message_that_comes_three_times_is_stored_once(adapter: base.Adapter, case: Case) -> None:
    for _ in range(3):
        take_payload(adapter, adapter.open(case.message("1001", "在吗", 0)))
    assert Message.objects.filter(sender="customer").count() == 1


def test_a_bad_signature_is_not_genuine(adapter: base.Adapter, case: Case) -> None:
    genuine = case.message("1001", "在吗", 0)
    for changed in (
        replace(genuine, query={name: f"{value}0" for name, value in genuine.query.items()}, headers={}),
        replace(genuine, query={}, headers={}),
        replace(genuine, query={}, headers={"webhook-id": "x", "webhook-timestamp": "x", "webhook-signature": "x"}),
    ):
        with pytest.raises(NotGenuine):
            adapter.open(changed)


def test_an_old_callback_is_not_genuine(adapter: base.Adapter, case: Case) -> None:
    for age in (400, -400):
        with pytest.raises(NotGenuine):
            adapter.open(case.message("1001", "在吗", age))


def test_without_a_secret_nothing_is_genuine(adapter: base.Adapter, case: Case) -> None:
    genuine = case.message("1001", "在吗", 0)
    adapter.values = {"mode": adapter.values.get("mode", "")}
    with pytest.raises(NotGenuine):
        adapter.open(genuine)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"[" * 50_000, b"<a>" * 50_000, b"x" * 900_000])
def test_a_strange_body_is_refused_or_says_nothing(adapter: base.Adapter, case: Case, body: bytes) -> None:
    try:
        payload = adapter.open(replace(case.message("1001", "在吗", 0), body=body))
    except (NotGenuine, Senseless):
        pass
    else:  # a signature that covers only the address
        take_payload(adapter, payload)
    assert not Message.objects.exists()


def test_an_unknown_kind_is_kept_and_ignored(adapter: base.Adapter, case: Case) -> None:
    assert take_payload(adapter, adapter.open(case.unknown())) == []
    assert (InboundPayload.objects.get().state, Message.objects.count()) == ("ignored", 0)


@pytest.mark.parametrize(
    "payload", ["", "null", "[]", "<xml>", '{"message_id": 5}', "<xml><MsgType>text</MsgType></xml>"]
)
def test_a_senseless_payload_is_kept_and_marked(adapter: base.Adapter, payload: str) -> None:
    assert take_payload(adapter, payload) == []
    assert (InboundPayload.objects.get().state, Message.objects.count()) == ("failed", 0)


def test_a_long_text_goes_out_whole_in_parts_that_fit(adapter: base.Adapter) -> None:
    text = "这是一段很长的说明。" * 400
    outgoing = Outgoing("msg_1", "u1", "agent", "Mei", text, timezone.now())
    parts = adapter.split(outgoing)
    limit = adapter.capabilities.text_bytes
    assert all(len(part.text.encode()) <= limit for part in parts if limit)
    assert "".join(part.text for part in parts) == text or parts[0].kind == "whole"
    assert adapter.split(outgoing) == parts


def test_whoever_reads_knows_when_a_machine_writes(adapter: base.Adapter) -> None:
    said = {
        sender: adapter.split(Outgoing("msg_1", "u1", sender, "", "Two days.", timezone.now()))[0].text
        for sender in ("ai", "agent")
    }
    expected = (
        {"ai": "", "agent": ""}
        if adapter.capabilities.shows_sender
        else {"ai": "【AI 助手】Two days.", "agent": "Two days."}
    )
    assert said == expected


def test_a_send_that_has_used_up_its_time_is_put_off(
    adapter: base.Adapter, outbound_allowed: Callable[[str], None], settings: Settings
) -> None:
    with web_double() as platform:
        outbound_allowed(platform.place)
        settings.WECHAT_API_URL = adapter.values["send_url"] = platform.url
        outgoing = Outgoing("msg_1", "u1", "agent", "Mei", "hello", timezone.now())
        adapter.start_clock(0)
        with pytest.raises(Delayed):
            adapter.send(outgoing, adapter.split(outgoing)[0])
    assert platform.asked == []


def test_nul_and_lone_surrogates_do_no_harm(adapter: base.Adapter, case: Case) -> None:
    take_payload(adapter, adapter.open(case.message("1001", "在吗\x85\u2028😀", 0)))
    assert Message.objects.get(sender="customer").text.startswith("在吗")
    release_connection()
