"""A small HTTP server on this machine, for those who are called by the platform."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Reply = tuple[int, Mapping[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; the names of its headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def serving(reply: Callable[[Asked], Reply], place: str = "127.0.0.1:0") -> Iterator[str]:
    """Answer requests there, or on a free port, until the block ends; yields HOST:PORT. Requests come in threads."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, extra, content = reply(Asked(self.command, self.path, headers, body))
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - named by the library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the library
            """Whoever answers keeps what matters."""

    host, port = place.split(":")
    server = ThreadingHTTPServer((host, int(port)), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
