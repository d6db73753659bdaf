"""The same work by several threads in the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(work: Callable[[], T], times: int = 4) -> list[T]:
    """What each of the threads got; they start together. For tests with real transactions."""
    together = threading.Barrier(times)

    def run(_number: int) -> T:
        together.wait(timeout=10)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))
