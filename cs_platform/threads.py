"""Database work for code on the event loop: a few threads that keep their connections."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
T = TypeVar("T")

IDLE_SECONDS = 20.0  # after so long without work a database may have dropped the connection

_pool = ThreadPoolExecutor(max_workers=settings.DATABASE_THREADS, thread_name_prefix="database")
_used = threading.local()


async def in_database(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking database work off the event loop.

    Unlike `database_sync_to_async`, calls run side by side and do not reconnect each time. After a lost
    connection the error reaches the caller and the next call connects anew.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, lambda: _with_connection(work, *args, **kwargs))


def _with_connection(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    now = time.monotonic()
    if now - getattr(_used, "at", now) > IDLE_SECONDS:
        connection.close()
    _used.at = now
    try:
        return work(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        raise


def close_connections() -> None:
    """Give every thread's connection back (tests drop their database)."""
    barrier = threading.Barrier(settings.DATABASE_THREADS + 1)

    def close() -> None:
        connection.close()
        barrier.wait(timeout=10)

    for _ in range(settings.DATABASE_THREADS):
        _pool.submit(close)
    barrier.wait(timeout=10)


def release_connection() -> None:
    """Before a thread waits for somebody outside: it holds no connection meanwhile, there are fewer than threads."""
    if not connection.in_atomic_block:
        connection.close()
