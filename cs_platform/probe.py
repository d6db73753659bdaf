"""An HTTP probe that never blocks its caller and is not fooled by another server on the same port."""

import contextlib
import socket
import time

RETRY_SECONDS = 0.1
PATIENCE_SECONDS = 10.0


class Probe:
    """Asks one path again and again until the answer is 200 and carries our token."""

    def __init__(self, address: tuple[str, int], path: str, token: str, *, host: str = "localhost") -> None:
        """`host` is the name to ask for: the server refuses those it does not serve, its own address among them."""
        self._address = address
        self._request = f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode()
        self._token = f"x-up: {token}".encode()
        self._client: socket.socket | None = None
        self._answer = b""
        self._asked_at = 0.0
        self.last_answer = "no answer"

    def is_answered_well(self) -> bool:
        """Look whether the answer is there; ask anew when it was not good."""
        if self._client is None:
            if time.monotonic() - self._asked_at >= RETRY_SECONDS:
                self._ask()
            return False
        if not self._is_complete():
            return False
        self.close()
        head, _, body = self._answer.partition(b"\r\n\r\n")
        self.last_answer = body.decode("utf-8", "replace")[:300] or "no answer"
        return b" 200 " in head.split(b"\r\n", 1)[0] and self._token in head.lower()

    def close(self) -> None:
        """Give the connection back."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _ask(self) -> None:
        self._asked_at = time.monotonic()
        self._answer = b""
        with contextlib.suppress(OSError):
            self._client = socket.create_connection(self._address, timeout=1)
            self._client.sendall(self._request)
            self._client.setblocking(False)

    def _is_complete(self) -> bool:
        assert self._client is not None
        try:
            while chunk := self._client.recv(65536):
                self._answer += chunk
            return True
        except BlockingIOError:
            # A web process that was killed with our request in hand never answers.
            return time.monotonic() - self._asked_at > PATIENCE_SECONDS
        except OSError:
            return True
