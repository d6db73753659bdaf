"""A program with a key: asks until it is answered, and sends what it writes again under the same Idempotency-Key."""

import http.client
import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS = 30.0
TRIES = 60
PAGE = 200
TRY_AGAIN = frozenset({409, 429, 502, 503, 504})


class Refused(Exception):
    """The API will not do this, however often it is asked."""


class Api:
    """`root` is HOST:PORT. Safe in threads: each call has a connection of its own."""

    def __init__(self, root: str, key: str) -> None:
        self._root, self._key = root, key
        self.limited = 0

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._call("POST", path, body or {})

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._call("PATCH", path, body)

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", f"{path}?{urlencode(query)}" if query else path, None)

    def rows(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page."""
        page = self.get(path, limit=PAGE, **query)
        while True:
            yield from page["results"]
            if not page["next"]:
                return
            parts = urlsplit(page["next"])
            page = self._call("GET", f"{parts.path.removeprefix('/api/v1')}?{parts.query}", None)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        said = "unreachable"
        for _ in range(TRIES):
            try:
                status, content, again_in = self._ask(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                said = str(error)
                time.sleep(0.5)
                continue
            if status < 300:
                return json.loads(content) if content else None
            said = f"{method} {path}: {status} {content.decode(errors='replace')[:300]}"
            if status not in TRY_AGAIN and status < 500:
                raise Refused(said)
            self.limited += status == 429
            time.sleep(again_in)
        raise Refused(said)

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes, float]:
        line = http.client.HTTPConnection(self._root, timeout=SECONDS)
        try:
            content = json.dumps(body).encode() if body is not None else None
            line.request(method, f"/api/v1{path}", content, dict(headers))
            answer = line.getresponse()
            return answer.status, answer.read(), float(answer.headers.get("Retry-After") or 0.5)
        finally:
            line.close()
