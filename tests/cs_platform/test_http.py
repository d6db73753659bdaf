"""The one way out: it goes where it may, in the time it has, and never inside the house."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from cs_platform.http import Refused, Unreachable, check_address, send
from tests.web_double import WebDouble, web_double


@pytest.fixture
def there(outbound_allowed: Callable[[str], None]) -> Iterator[WebDouble]:
    with web_double() as double:
        outbound_allowed(double.place)
        yield double


def test_a_request_and_its_answer(there: WebDouble) -> None:
    there.answer((201, {"X-Kind": "cup"}, b'{"ok": true}'))
    reply = send("POST", f"{there.url}/hook?a=1", headers={"X-Mine": "1"}, body=b"hello")
    assert (reply.status, reply.headers["x-kind"], reply.json()) == (201, "cup", {"ok": True})
    asked = there.asked[0]
    assert (asked.method, asked.path, asked.headers["x-mine"], asked.body) == ("POST", "/hook?a=1", "1", b"hello")


def test_a_redirect_is_an_answer_like_any_other(there: WebDouble) -> None:
    there.answer((302, {"Location": "http://127.0.0.1:1/"}, b""))
    assert send("GET", there.url).status == 302 and len(there.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:5432/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://[::10.0.0.1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://2130706433/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://user:word@example.com/",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "//example.com",
        "",
    ],
)
def test_what_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(Refused):
        send("GET", url)
    with pytest.raises(Refused):
        check_address(url)


def test_an_answer_that_is_too_long(there: WebDouble) -> None:
    there.answer((200, {}, b"x" * 2000))
    with pytest.raises(Unreachable, match="超过 1000 字节"):
        send("GET", there.url, size_max=1000)


def test_nobody_listens(outbound_allowed: Callable[[str], None]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    outbound_allowed(place)
    with pytest.raises(Unreachable):
        send("GET", f"http://{place}/")


def test_headers_that_drip_do_not_outlast_the_time(outbound_allowed: Callable[[str], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"127.0.0.1:{server.getsockname()[1]}"
        outbound_allowed(place)
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        started = time.monotonic()
        with pytest.raises(Unreachable):
            send("GET", f"http://{place}/", timeout=0.4)
    assert time.monotonic() - started < 2


def _drip(server: socket.socket) -> None:
    client, _ = server.accept()
    stop = threading.Event()
    with client:
        for _ in range(100):
            try:
                client.sendall(b"X-A: 1\r\n" if _ else b"HTTP/1.1 200 OK\r\n")
            except OSError:
                return
            stop.wait(0.05)
