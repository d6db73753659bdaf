"""A language model of the test's own: an OpenAI-compatible server that says, or does, what the script has next."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cs_platform.ai.llm import CompatibleModel

Answer = Callable[["LlmDouble", dict[str, Any]], tuple[int, bytes]]


@dataclass
class LlmDouble:
    """`script` is worked off in order, its last step again and again."""

    place: str = ""
    script: list[Answer] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    awake: threading.Event = field(default_factory=threading.Event)

    @property
    def model(self) -> CompatibleModel:
        return CompatibleModel(f"http://{self.place}/v1", "sk-secret", "qwen-test")

    def does(self, *steps: Answer) -> None:
        self.script = list(steps)

    def next_step(self) -> Answer:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


def says(text: str) -> Answer:
    def step(double: LlmDouble, body: dict[str, Any]) -> tuple[int, bytes]:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return 200, json.dumps({"object": "chat.completion", "choices": [choice]}).encode()

    return step


def fails(status: int = 500) -> Answer:
    return lambda double, body: (status, b'{"error": {"message": "out of order"}}')


def raw(content: bytes) -> Answer:
    return lambda double, body: (200, content)


def sleeps(double: LlmDouble, body: dict[str, Any]) -> tuple[int, bytes]:
    """Answers only when the test is over."""
    double.awake.wait(10)
    return says("late")(double, body)


@contextmanager
def llm_double() -> Iterator[LlmDouble]:
    """Serve on a free port of this machine until the block ends."""
    double = LlmDouble(script=[says("ok")])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            double.asked.append({"path": self.path, **body})
            double.keys.append(self.headers.get("Authorization", ""))
            status, content = double.next_step()(double, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
            """Tests read `asked`, not a log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    double.place = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        double.awake.set()
        server.shutdown()
        server.server_close()
        thread.join()
