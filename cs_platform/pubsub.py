"""The channel layer: Redis pub/sub that says so when something may have been missed.

Pushes are hints, the database is the truth. So this layer never blocks or fails its callers while the
server is away; it hands every local channel a ``layer.resync`` event as soon as it is back, and the
consumers then read from the database what they have not sent yet.

The stock layer loses about a second of messages without a word after a server restart, waits for ever
on a server that hangs, and lets one socket that reads slowly queue without limit.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer
from channels_redis.utils import create_pool, decode_hosts
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

RESYNC: Mapping[str, str] = {"type": "layer.resync"}
RECONNECT_SECONDS = 0.05
PING_SECONDS = 1.0  # must stay below the socket time-out: silence beyond that means a server that hangs
HEARD_SECONDS = 0.2  # so exactly is it known since when a server is silent
CHANNEL_CAPACITY = 500  # events waiting for one socket; beyond it the socket is told to read the database
OUTBOX_CAPACITY = 20_000  # events waiting for the server, per process
FAILURES = (RedisError, OSError, asyncio.TimeoutError)

Message = tuple[str, bytes]  # name on the server, serialised event


class ResyncPubSubLayer(RedisPubSubChannelLayer):
    """The backend named in ``CHANNEL_LAYERS``; one ``LoopLayer`` per event loop does the work."""

    prefix: str
    hosts: list[dict[str, Any]]

    def __init__(self, *, hosts: list[Any] | None = None, prefix: str = "asgi", **options: Any) -> None:
        super().__init__(hosts=hosts, prefix=prefix, **options)
        self.prefix = prefix
        self.hosts = decode_hosts(hosts)

    def _get_layer(self) -> "LoopLayer":
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            # The parent builds its own kind of layer and hooks the closing of the loop; keep the hook.
            super()._get_layer()
            self._layers[loop] = LoopLayer(*self._args, channel_layer=self, **self._kwargs)
        return self._layers[loop]

    async def receive(self, channel: str) -> Mapping[str, Any]:
        """The next event of a local channel. Spelled out, because the parent looks its methods up anew at each call."""
        event: Mapping[str, Any] = await self._get_layer().receive(channel)
        return event

    def group_channel(self, group: str) -> str:
        """The name under which a group is published on the server."""
        return f"{self.prefix}__group__{group}"

    @property
    def resync_channel(self) -> str:
        """A publisher that had to drop something tells every process here."""
        return f"{self.prefix}__resync"


class LoopLayer(RedisPubSubLoopLayer):
    """The members of one event loop: local channels, their groups, and one link per server."""

    def __init__(self, hosts: list[Any] | None = None, **options: Any) -> None:
        super().__init__(hosts=hosts, **options)
        self._shards = [ServerLink(host, self) for host in decode_hosts(hosts)]

    async def receive(self, channel: str) -> Mapping[str, Any]:
        """The next event of a local channel, which lives until `forget`. Receivers share it: it is never changed."""
        if channel not in self.channels:
            await self._subscribe_to_channel(channel)
        event: Mapping[str, Any] = await self.channels[channel].get()
        return event

    async def _subscribe_to_channel(self, channel: str) -> None:
        self.channels[channel] = asyncio.Queue(CHANNEL_CAPACITY)
        await self._get_shard(channel).subscribe(channel)

    async def forget(self, channel: str) -> None:
        """Drop a channel whose socket has ended; the parent does so only for one that waits for an event just then."""
        if self.channels.pop(channel, None) is not None:
            await self._get_shard(channel).unsubscribe(channel)

    async def group_send_many(self, pushes: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Hand events for many groups to the server in one round trip, in this order per group."""
        by_link: dict[ServerLink, list[Message]] = defaultdict(list)
        for group, event in pushes:
            name = self._get_group_channel_name(group)
            by_link[self._get_shard(name)].append((name, self.channel_layer.serialize(event)))
        for link, messages in by_link.items():
            link.post(messages)

    def deliver(self, name: str, data: bytes) -> None:
        """Give one received event to the local channels it is meant for."""
        if name == self.channel_layer.resync_channel:
            self.resync()
            return
        channels = (name,) if name in self.channels else self.groups.get(name, ())
        if channels:
            # Read once for all of them: a shop's consoles all follow the same lists.
            event = self.channel_layer.deserialize(data)
            for channel in channels:
                self._put(channel, event)

    def resync(self) -> None:
        """Tell every local channel that events may have been missed."""
        for channel in self.channels:
            self._put(channel, RESYNC)

    def _put(self, channel: str, event: Mapping[str, Any]) -> None:
        queue = self.channels.get(channel)
        if queue is None:  # the socket left without leaving its groups
            return
        if queue.full():
            # A reader this slow gets the rest from the database, in one go, when it is ready again.
            while not queue.empty():
                queue.get_nowait()
            event = RESYNC
        queue.put_nowait(event)


class ServerLink:
    """Two connections to one server: one listens, one publishes in order, batching what has piled up."""

    def __init__(self, host: dict[str, Any], layer: LoopLayer) -> None:
        self._layer = layer
        # The client would arm a timer for every single reply, and start a task for every write. Here one timer covers
        # a whole exchange, and the listener's is moved on only now and then.
        options = dict(host)
        self._patience: float | None = options.pop("socket_timeout", None)
        self._pool: ConnectionPool = create_pool(options)
        self._names: set[str] = {layer.channel_layer.resync_channel}
        self._listener: AbstractConnection | None = None
        self._publisher: AbstractConnection | None = None
        self._outbox: list[Message] = []
        self._dropped = False  # something was not published: say so once the server is back
        self._tasks: dict[str, asyncio.Task[None]] = {}

    # The part that the parent layer calls.

    async def subscribe(self, name: str) -> None:
        """Listen to a name from now on, or from the next connection on when there is none."""
        if name not in self._names:
            self._names.add(name)
            await self._tell("SUBSCRIBE", name)
        if "listen" not in self._tasks:
            self._tasks["listen"] = asyncio.create_task(self._keep_listening())
            await self._first_connection()

    async def unsubscribe(self, name: str) -> None:
        """Stop listening to a name."""
        if name in self._names:
            self._names.remove(name)
            await self._tell("UNSUBSCRIBE", name)

    async def publish(self, name: str, data: bytes) -> None:
        """Publish one event; like every push it does not wait for the server."""
        self.post([(name, data)])

    async def flush(self) -> None:
        """Forget everything and close the connections."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
        self._names = {self._layer.channel_layer.resync_channel}
        self._outbox.clear()
        self._listener = self._publisher = None
        await self._pool.disconnect()

    # Listening.

    async def _first_connection(self) -> None:
        """Give the first subscriber a listening link to start with, if there is a server at all."""
        for _ in range(20):
            if self._listener or self._tasks["listen"].done():
                return
            await asyncio.sleep(0.005)

    async def _tell(self, *command: str) -> None:
        # A closed connection would be reopened by the send, but without its subscriptions: leave that to
        # the listener, which subscribes every name when it makes the next link.
        if self._listener is None or not self._listener.is_connected:
            return
        try:
            async with asyncio.timeout(self._patience):
                await self._listener.send_command(*command, check_health=False)
        except FAILURES:
            logger.debug("%s was not sent; the listener will reconnect", command[0])

    async def _keep_listening(self) -> None:
        was_connected = False
        while True:
            connection = None
            try:
                connection = await self._connect()
                self._listener = connection  # first: names that come while the next line waits follow it
                await self._tell("SUBSCRIBE", *self._names)
                if was_connected:
                    logger.warning("channel layer is back, telling %d sockets", len(self._layer.channels))
                    self._layer.resync()
                was_connected = True
                await self._listen(connection)
            except FAILURES as error:
                if self._listener is not None:
                    logger.warning("channel layer lost its server: %s", error)
                was_connected = was_connected or bool(self._layer.channels)
            except Exception:
                logger.exception("unexpected failure while listening")
            finally:
                self._listener = None
                await self._discard(connection)
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, connection: AbstractConnection) -> None:
        pinger, loop = asyncio.create_task(self._ping()), asyncio.get_running_loop()
        heard_at = loop.time()
        try:
            async with asyncio.timeout(self._patience) as silence:
                while True:
                    reply = await connection.read_response(disconnect_on_error=False)
                    if reply[0] == b"message":
                        self._layer.deliver(reply[1].decode(), reply[2])
                    if self._patience and loop.time() - heard_at > HEARD_SECONDS:
                        heard_at = loop.time()
                        silence.reschedule(heard_at + self._patience)
        finally:
            pinger.cancel()

    async def _ping(self) -> None:
        """Keep an idle link from running into the time-out that reveals a hung server."""
        while True:
            await asyncio.sleep(PING_SECONDS)
            await self._tell("PING")

    # Publishing.

    def post(self, messages: Sequence[Message]) -> None:
        """Queue events for the server; returns at once."""
        if len(self._outbox) + len(messages) > OUTBOX_CAPACITY:
            self._give_up(messages)
            return
        self._outbox.extend(messages)
        task = self._tasks.get("publish")
        if task is None or task.done():
            self._tasks["publish"] = asyncio.create_task(self._publish_outbox())

    async def _publish_outbox(self) -> None:
        while self._outbox:
            batch, self._outbox = self._outbox, []
            try:
                await self._publish_batch(batch)
            except FAILURES as error:
                logger.warning("%d pushes did not reach the channel layer: %s", len(batch), error)
                self._give_up(batch)

    async def _publish_batch(self, batch: Sequence[Message]) -> None:
        commands = [("PUBLISH", name, data) for name, data in batch]
        if self._dropped:
            commands.insert(0, ("PUBLISH", self._layer.channel_layer.resync_channel, b""))
        try:
            await self._round_trip(commands)
        except RedisConnectionError:
            await self._round_trip(commands)  # the kept connection was stale: the server restarted
        self._dropped = False

    async def _round_trip(self, commands: Sequence[tuple[str, str, bytes]]) -> None:
        connection = self._publisher
        try:
            if connection is None:
                connection = self._publisher = await self._connect()
            async with asyncio.timeout(self._patience):
                await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
                for _ in commands:
                    await connection.read_response(disconnect_on_error=False)
        except BaseException:
            self._publisher = None
            await self._discard(connection)
            raise

    def _give_up(self, messages: Iterable[Message]) -> None:
        """Sockets of this process still get what cannot be published; the others get a resync later."""
        self._dropped = True
        for name, data in messages:
            self._layer.deliver(name, data)

    # Connections.

    async def _connect(self) -> AbstractConnection:
        async with asyncio.timeout(self._patience):
            return await self._pool.get_connection()  # type: ignore[no-untyped-call]

    async def _discard(self, connection: AbstractConnection | None) -> None:
        if connection is not None:
            await connection.disconnect(nowait=True)
            await self._pool.release(connection)
