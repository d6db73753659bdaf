"""The group robots of WeCom, Feishu and DingTalk: they check what the real ones check, and keep what was posted."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cs_platform.notify import dingtalk, feishu


@dataclass
class Robots:
    """`secrets` by vendor, `texts` as posted; `answers` are given first, before the usual ones."""

    place: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)

    def address(self, vendor: str) -> str:
        paths = {"wecom": "/cgi-bin/webhook/send?key=k", "feishu": "/open-apis/bot/v2/hook/k"}
        return f"http://{self.place}{paths.get(vendor, '/robot/send?access_token=k')}"

    def receive(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if self.answers:
            return self.answers.pop(0)
        if path.startswith("/cgi-bin/"):
            return 200, self._wecom(body)
        return 200, self._feishu(body) if path.startswith("/open-apis/") else self._dingtalk(path, body)

    def _wecom(self, body: dict[str, Any]) -> dict[str, Any]:
        if len(body["text"]["content"].encode()) > 2048:
            return {"errcode": 40058, "errmsg": "content size too large"}
        self.texts.append(body["text"]["content"])
        return {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, body: dict[str, Any]) -> dict[str, Any]:
        if secret := self.secrets.get("feishu"):
            at = int(body.get("timestamp", 0))
            if abs(time.time() - at) > 3600 or body.get("sign") != feishu.sign(secret, at):
                return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour"}
        self.texts.append(body["content"]["text"])
        return {"code": 0, "msg": "success", "data": {}}

    def _dingtalk(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if secret := self.secrets.get("dingtalk"):
            query = parse_qs(urlsplit(path).query)
            at = int(query.get("timestamp", ["0"])[0])
            is_late = abs(time.time() * 1000 - at) > 3_600_000
            if is_late or query.get("sign", [""])[0] != dingtalk.sign(secret, at):
                return {"errcode": 310000, "errmsg": "sign not match"}
        self.texts.append(body["text"]["content"])
        return {"errcode": 0, "errmsg": "ok"}


@contextmanager
def robots() -> Iterator[Robots]:
    """Serve all three on a free port until the block ends."""
    double = Robots()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = double.receive(self.path, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
            """Tests read `texts`, not a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.place = f"127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
