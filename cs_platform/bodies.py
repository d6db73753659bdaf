"""Requests with a body beyond any use are refused before they fill the disk."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

# Whoever sends it is in a browser or a program, and no language was asked for yet.
_TOO_BIG_TEXT = "内容太大，没有接收。请返回，拆成几个较小的文件再上传。\nThe body is too large.\n"


class _TooBig(Exception):
    pass


class BodyLimit:
    """ASGI: 413 for a body over the limit, whether it is announced or not. Django spools any body to disk first."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0

        async def counted() -> Mapping[str, Any]:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise _TooBig
            return message

        try:
            if _announced(scope) > self._limit:
                raise _TooBig
            await self._app(scope, counted, send)
        except _TooBig:
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            await send({"type": "http.response.body", "body": _TOO_BIG_TEXT.encode()})


def _announced(scope: Scope) -> int:
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0
