"""What a transport gets, and how it says that it failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cs_platform.http import Refused, Reply, Unreachable, send

TIMEOUT_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Notice:
    """A few words for a colleague. `url` leads to where something can be done about it."""

    title: str
    text: str = ""
    url: str = ""

    @property
    def lines(self) -> str:
        """Everything as plain text."""
        return "\n".join(part for part in (self.title, self.text, self.url) if part)


class NoticeFailed(Exception):
    """The notice did not go out. `is_permanent`: trying again is useless; `wait_seconds`: how long the other side asks
    to be left alone."""

    def __init__(self, reason: str, *, is_permanent: bool = False, wait_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_permanent = is_permanent
        self.wait_seconds = wait_seconds


def post_json(url: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Post to a robot and return its answer. Raises `NoticeFailed`. The address is a secret: no message names it."""
    try:
        reply = send(
            "POST",
            url,
            headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
            body=body,
            timeout=TIMEOUT_SECONDS,
        )
    except Refused as error:
        raise NoticeFailed(str(error), is_permanent=True) from error
    except Unreachable as error:
        raise NoticeFailed(str(error)) from error
    return _read(reply)


def _read(reply: Reply) -> dict[str, Any]:
    if reply.status >= 500 or reply.status == 429:
        raise NoticeFailed(f"HTTP {reply.status}", wait_seconds=60.0 if reply.status == 429 else 0.0)
    try:
        answer = reply.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise NoticeFailed(f"HTTP {reply.status}: {reply.text[:200]}", is_permanent=400 <= reply.status < 500)
    return answer
