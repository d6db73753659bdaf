"""A body over the limit is refused before anybody reads it."""

from typing import Any

import pytest

from cs_platform.bodies import BodyLimit
from cs_platform.limits import is_allowed

pytestmark = pytest.mark.asyncio


async def ask(chunks: list[bytes], announced: int | None = None) -> tuple[int, int]:
    """The status, and how many bytes the application saw."""
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    seen, sent = [], []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["more_body"]:
            seen.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    await BodyLimit(app, 10)({"type": "http", "headers": headers}, receive, send)
    return sent[0]["status"], len(b"".join(seen))


async def test_what_fits_is_passed_on() -> None:
    assert await ask([b"12345", b"67890"], 10) == (200, 10)


async def test_what_is_announced_too_big_is_not_read() -> None:
    assert await ask([b"1"], 11) == (413, 0)


async def test_what_grows_too_big_is_cut_off() -> None:
    assert await ask([b"12345"] * 5) == (413, 10)


async def test_limits_count_for_all_and_end_with_their_window() -> None:
    assert [is_allowed("test-window", at_most=1, seconds=60) for _ in range(2)] == [True, False]
    assert is_allowed("test-other", at_most=1, seconds=60)
