"""Many small durable writes, few commits: what waits is written together by one thread."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")

BATCH_MAX = 256
# A commit costs the same for one message as for many. Where one follows the other this closely, it waits a moment
# for company; a message that comes alone never waits.
BUSY_SECONDS = 0.025
LINGER_SECONDS = 0.015
WAITING_MAX = 5000
IDLE_SECONDS = 20.0  # after so long without work a database may have dropped the connection


class Busy(Exception):
    """More writes wait than can be promised; the sender should try again."""


@dataclass(slots=True)
class _Waiting(Generic[Item, Result]):
    item: Item
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Result]"


class GroupCommit(Generic[Item, Result]):
    """Collects items from event loops and writes them in batches from one thread.

    `write(items)` runs in its own transaction and returns one result per item, in order. `submit` returns only
    after that transaction is committed. When a batch fails, its items are tried one by one, so one bad item
    costs only its own sender an error. `announce(results)` runs on the event loop, once per batch, after the
    senders were told.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Result]],
        *,
        announce: Callable[[Sequence[Result]], None] = lambda results: None,
    ) -> None:
        self._write = write
        self._announce = announce
        # The simple one counts nothing and wakes its reader without going through Python.
        self._queue: queue.SimpleQueue[_Waiting[Item, Result] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    async def submit(self, item: Item) -> Result:
        """Write one item; returns after the commit. Raises `Busy`, or what `write` raised for this item."""
        if self._queue.qsize() >= WAITING_MAX:
            raise Busy
        loop = asyncio.get_running_loop()
        waiting: _Waiting[Item, Result] = _Waiting(item, loop, loop.create_future())
        self._ensure_thread()
        self._queue.put(waiting)
        return await waiting.future

    def close(self) -> None:
        """Write what waits, end the thread and give its database connection back."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _ensure_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        used_at = time.monotonic()
        while (first := self._queue.get()) is not None:
            idle = time.monotonic() - used_at
            if idle > IDLE_SECONDS:
                connection.close()
            elif idle < BUSY_SECONDS and self._queue.empty():
                time.sleep(LINGER_SECONDS)
            is_last = self._settle_with_company(first)
            used_at = time.monotonic()
            if is_last:
                break
        connection.close()

    def _settle_with_company(self, first: _Waiting[Item, Result]) -> bool:
        """Write everything that waits, up to the limit; True once `close` was called."""
        batch = [first]
        is_last = False
        while len(batch) < BATCH_MAX and not is_last:
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                break
            is_last = entry is None
            if entry is not None:
                batch.append(entry)
        self._settle(batch)
        return is_last

    def _settle(self, batch: list[_Waiting[Item, Result]]) -> None:
        outcomes: list[tuple[_Waiting[Item, Result], Result | Exception]]
        try:
            outcomes = list(zip(batch, self._attempt([w.item for w in batch]), strict=True))
        except Exception as error:
            if len(batch) > 1:
                logger.warning("a batch of %d writes failed (%s); trying them one by one", len(batch), error)
                for waiting in batch:
                    self._settle([waiting])
                return
            logger.exception("a write failed")
            outcomes = [(batch[0], error)]
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting[Item, Result], Result | Exception]]] = {}
        for waiting, outcome in outcomes:
            by_loop.setdefault(waiting.loop, []).append((waiting, outcome))
        for loop, mine in by_loop.items():
            try:
                loop.call_soon_threadsafe(self._resolve, mine)
            except RuntimeError:  # the loop is closed: committed all the same, the client asks again
                logger.info("%d writes were committed after their event loop had closed", len(mine))

    def _attempt(self, items: list[Item]) -> Sequence[Result]:
        try:
            return self._write(items)
        except (OperationalError, InterfaceError):
            connection.close()  # the server may have gone away; a fresh connection gets one more try
            return self._write(items)
        except DatabaseError:
            connection.close()
            raise

    def _resolve(self, outcomes: "list[tuple[_Waiting[Item, Result], Result | Exception]]") -> None:
        committed: list[Result] = []
        for waiting, outcome in outcomes:
            if isinstance(outcome, Exception):
                if not waiting.future.done():
                    waiting.future.set_exception(outcome)
                continue
            committed.append(outcome)
            if not waiting.future.done():
                waiting.future.set_result(outcome)
        if committed:
            self._announce(committed)
