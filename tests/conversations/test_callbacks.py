"""The door of messaging platforms."""

from typing import Any

import pytest
from django.test import AsyncClient

from conversations.models import Conversation, InboundPayload, Message
from cs_platform.models import User
from tests.conversations.platforms import generic_channel, said, signed, wechat_channel
from tests.doubles.wechat import WeChatDouble
from tests.sockets import desk, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

GENERIC, WECHAT = "/callbacks/generic/generic/", "/callbacks/wechat/wechat/"


async def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> Any:
    return await AsyncClient().post(path, body, content_type="application/json", headers=headers or {})


async def post_signed(body: bytes) -> Any:
    return await post(GENERIC, body, dict(signed(body).headers))


async def test_a_genuine_message_is_stored_before_it_is_acknowledged() -> None:
    await in_thread(generic_channel)()
    response = await post_signed(said("m1", "在吗").encode())
    assert (response.status_code, response.content) == (200, b'{"ok":true}')
    assert (await Message.objects.aget(sender="customer")).text == "在吗"


@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
async def test_wechat_is_told_success_in_every_mode(mode: str) -> None:
    await in_thread(wechat_channel)(mode)
    double = WeChatDouble()
    query, body = double.callback(double.message(text="在吗"), mode)
    for _ in range(3):
        response = await post(f"{WECHAT}?{query}", body)
        assert (response.status_code, response.content) == (200, b"success")
    assert await Message.objects.filter(sender="customer").acount() == 1


async def test_wechats_test_of_the_address_is_echoed() -> None:
    await in_thread(wechat_channel)()
    response = await AsyncClient().get(f"{WECHAT}?{WeChatDouble().greeting('58374')}")
    assert (response.status_code, response.content, response["Content-Type"]) == (
        200,
        b"58374",
        "text/plain; charset=utf-8",
    )
    assert (await AsyncClient().get(f"{WECHAT}?signature=x&timestamp=1&nonce=n&echostr=1")).status_code == 403


async def test_what_is_forged_stores_nothing() -> None:
    await in_thread(generic_channel)()
    headers = dict(signed(said("m1").encode()).headers)
    for body, given in ((said("m2").encode(), headers), (said("m1").encode(), {}), (b"", {})):
        assert (await post(GENERIC, body, given)).status_code == 403
    assert not await InboundPayload.objects.aexists()


@pytest.mark.parametrize(
    "path",
    ["/callbacks/generic/nobody/", "/callbacks/wechat/generic/", "/callbacks/web/shop/", "/callbacks/x/generic/"],
)
async def test_an_unknown_channel_is_not_found(path: str, channel: Any) -> None:
    await in_thread(generic_channel)()
    assert (await post(path, b"{}")).status_code == 404


async def test_a_channel_that_is_off_takes_nothing() -> None:
    await in_thread(generic_channel)(is_enabled=False)
    assert (await post_signed(said().encode())).status_code == 404


@pytest.mark.parametrize("size", [1_000_001, 6_000_000])
async def test_a_huge_body_is_refused(size: int) -> None:
    await in_thread(generic_channel)()
    assert (await post_signed(b"x" * size)).status_code == 413


async def test_a_program_is_told_what_makes_no_sense_and_it_is_kept() -> None:
    await in_thread(generic_channel)()
    response = await post_signed(b'{"message_id": 7, "customer": {"id": "u"}, "text": "x"}')
    assert (response.status_code, response.json()["detail"]) == (
        400,
        "message_id must be a text of at most 150 characters",
    )
    assert (await InboundPayload.objects.aget()).state == "failed"


async def test_other_methods_are_refused() -> None:
    await in_thread(generic_channel)()
    assert (await AsyncClient().put(GENERIC, b"{}")).status_code == 405
    assert (await AsyncClient().get(GENERIC)).status_code == 405


async def test_an_agent_sees_the_platforms_customer_at_once(agent: User) -> None:
    await in_thread(generic_channel)()
    async with desk(agent) as console:
        await console.say("list", view="ai", cursor=None)
        await console.hear("conversations")
        await post_signed(said("m1", "在吗").encode())
        row = (await console.hear("conversation"))["conversation"]
        assert (row["channel"], row["customer"]["name"], row["last_message"]) == ("generic", "Lin", "在吗")
        await console.say("subscribe", conversation=row["id"], after=0)
        await console.hear("read")
        await post_signed(said("m2", "你好").encode())
        assert (await console.hear("message", text="你好"))["seq"] == 2
    assert await Conversation.objects.acount() == 1
