"""The reference of `bench chat`: the least an ASGI server can do with a socket, sending each frame back."""

from typing import Any


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept every socket and echo text frames."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": event["text"]})
