"""Pushes reach the members of a group, and an outage is told rather than hidden."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Awaitable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from redis.exceptions import ConnectionError as NotConnected

from cs_platform import realtime
from cs_platform.plan import BASE_DIR, valkey, valkey_answers
from cs_platform.processes import Child
from cs_platform.realtime import ResyncPubSubLayer

RESYNC = {"type": "layer.resync"}


@pytest.fixture
def server() -> Iterator[Child]:
    """A Valkey of its own, for tests that kill it."""
    with tempfile.TemporaryDirectory(prefix="cs-") as folder:
        child = valkey(f"{folder}/v.sock", Path(folder), dict(os.environ))
        start(child)
        yield child
        stop(child)


def socket_of(server: Child) -> str:
    return server.command[server.command.index("--unixsocket") + 1]


def start(server: Child) -> None:
    server.start(BASE_DIR)
    while not valkey_answers(socket_of(server)):
        assert server.is_running()


def stop(server: Child) -> None:
    server.process.kill()
    server.process.wait()


def layer_on(server: Child) -> ResyncPubSubLayer:
    path = socket_of(server)
    return ResyncPubSubLayer(hosts=[{"address": f"unix://{path}", "socket_timeout": 1, "socket_connect_timeout": 1}])


async def member(layer: ResyncPubSubLayer, group: str) -> str:
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel


async def soon(awaitable: Awaitable[Any], seconds: float = 5) -> Any:
    return await asyncio.wait_for(awaitable, seconds)


async def connected_member(layer: ResyncPubSubLayer) -> str:
    """A member of "g" that has received something over the server."""
    channel = await member(layer, "g")
    await layer.group_send("g", {"type": "hello"})
    assert await soon(layer.receive(channel)) == {"type": "hello"}
    return channel


async def test_a_push_reaches_every_member_in_order(server: Child) -> None:
    layer = layer_on(server)
    channels = [await connected_member(layer), await member(layer, "g")]
    await layer.group_send_many([("g", {"type": "x", "n": n}) for n in range(50)])
    for channel in channels:
        assert [(await soon(layer.receive(channel)))["n"] for _ in range(50)] == list(range(50))
    await layer.flush()


async def test_members_are_told_to_resync_after_a_restart(server: Child) -> None:
    layer = layer_on(server)
    channel = await connected_member(layer)
    stop(server)
    start(server)
    assert await soon(layer.receive(channel)) == RESYNC
    await layer.group_send("g", {"type": "after"})
    assert await soon(layer.receive(channel)) == {"type": "after"}
    await layer.flush()


async def test_a_new_member_is_accepted_while_the_server_is_away(server: Child) -> None:
    layer = layer_on(server)
    await connected_member(layer)
    stop(server)
    channel = await soon(member(layer, "late"))
    start(server)
    assert await soon(layer.receive(channel)) == RESYNC
    await layer.group_send("late", {"type": "x"})
    assert await soon(layer.receive(channel)) == {"type": "x"}
    await layer.flush()


async def test_members_of_this_process_get_a_push_that_cannot_be_published(server: Child) -> None:
    layer = layer_on(server)
    channel = await connected_member(layer)
    stop(server)
    await layer.group_send("g", {"type": "x"})
    assert await soon(layer.receive(channel)) == {"type": "x"}
    await layer.flush()


async def test_a_server_that_hangs_blocks_no_sender_and_ends_in_a_resync(server: Child) -> None:
    layer = layer_on(server)
    channel = await connected_member(layer)
    os.kill(server.pid, signal.SIGSTOP)
    await soon(layer.group_send_many([("g", {"type": "x"})]), 0.1)
    assert await soon(layer.receive(channel)) == {"type": "x"}
    os.kill(server.pid, signal.SIGCONT)
    assert await soon(layer.receive(channel)) == RESYNC
    await layer.flush()


async def test_a_slow_reader_is_told_to_read_the_database(server: Child) -> None:
    layer = layer_on(server)
    channel = await connected_member(layer)
    for _ in range(501):
        layer._get_layer().deliver("asgi__group__g", layer.serialize({"type": "x"}))
    assert await soon(layer.receive(channel)) == RESYNC
    await layer.flush()


@pytest.mark.django_db(transaction=True)
def test_a_blocking_push_arrives_after_the_commit_only() -> None:
    async def listen(push: Any) -> Any:
        channel = await connected_member(realtime._layer())
        await asyncio.to_thread(push)
        return await soon(realtime._layer().receive(channel))

    def push() -> None:
        with transaction.atomic():
            realtime.push_on_commit("g", {"type": "x", "n": 1})
            realtime._publish("g", {"type": "x", "n": 0})

    assert asyncio.run(listen(push)) == {"type": "x", "n": 0}


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_push_is_not_sent(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(realtime, "_publish", lambda group, event: sent.append(group))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        realtime.push_on_commit("g", {"type": "x"})
        raise ZeroDivisionError
    assert sent == []


def test_a_push_to_nowhere_is_logged_not_raised(caplog: pytest.LogCaptureFixture) -> None:
    away = ResyncPubSubLayer(hosts=[{"address": "unix:///nowhere.sock"}])
    realtime._SyncPublisher(away).publish("g", {"type": "x"})
    assert "did not reach the channel layer" in caplog.text


def test_the_settings_name_this_layer() -> None:
    assert settings.CHANNEL_LAYERS["default"]["BACKEND"] == "cs_platform.realtime.ResyncPubSubLayer"


def test_whoever_turned_pushes_away_for_a_while_does_not_keep_others_from_being_heard(tmp_path: Path) -> None:
    nowhere = deepcopy(settings.CHANNEL_LAYERS)
    nowhere["default"]["CONFIG"]["hosts"] = [{"address": f"unix://{tmp_path}/nobody.sock"}]
    with override_settings(CHANNEL_LAYERS=nowhere), pytest.raises(NotConnected):
        realtime.is_reachable()
    assert realtime.is_reachable()
