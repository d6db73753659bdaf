"""The one way out: a single bounded HTTP request that reaches nobody inside the house.

Addresses are looked up once, checked, and connected to as checked, so a name cannot point elsewhere in between.
Redirects are not followed. The time limit holds for the whole exchange, however slowly the other side drips. What
went wrong is said in the language of whoever tries it, or of the shop when it happens in the background: it is shown
to managers as it is.
"""

import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT_SECONDS = 10.0
ANSWER_BYTES_MAX = 1_000_000
USER_AGENT = "cs-platform"
# NAT64, which hosts without IPv4 use for every name, and the form that came before mapped addresses.
_CARRIES_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))


class Refused(Exception):
    """The request was not made: the address is not allowed or makes no sense. Trying again is useless."""


class Unreachable(Exception):
    """The other side did not answer as it should: no connection, too slow, too much. Trying again may help."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises `ValueError` when it is none."""
        return json.loads(self.body)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = TIMEOUT_SECONDS,
    size_max: int = ANSWER_BYTES_MAX,
) -> Reply:
    """Make one request. Raises `Refused` for a forbidden address, `Unreachable` for what the network did.

    `timeout` is in seconds for everything together, `size_max` in bytes of the answer. Any status is a reply.
    """
    _check_url(url)
    deadline = time.monotonic() + timeout
    asked = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **(headers or {})}
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=_ssl_context(), network_backend=_GuardedBackend(deadline)) as pool,
            pool.stream(method, url, headers=list(asked.items()), content=body) as response,
        ):
            content = _read(response.iter_stream(), size_max)
            names = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Reply(response.status, names, content)
    except (httpcore2.TimeoutException, TimeoutError) as error:
        raise Unreachable(_("no answer in time (%(detail)s)") % {"detail": _detail(error)}) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError, ssl.SSLError, OSError) as error:
        raise Unreachable(_("no connection (%(detail)s)") % {"detail": _detail(error)}) from error


def check_address(url: str) -> None:
    """Would `send` go there? Raises `Refused`, or `Unreachable` when the name does not exist. For forms."""
    host, port = _check_url(url)
    _addresses(host, port)


def _check_url(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Refused(_("this is no address")) from error
    if parts.scheme not in ("http", "https") or not host:
        raise Refused(_("an address begins with http:// or https://"))
    if parts.username or parts.password:
        raise Refused(_("an address must not carry a name or password"))
    if any(ord(char) < 33 or ord(char) == 127 for char in url):
        raise Refused(_("an address must not contain spaces or control characters"))
    return host, port


def _addresses(host: str, port: int) -> list[str]:
    """Where the name leads, all of it allowed. One internal address among public ones refuses the name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _not_found(host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if f"{host}:{port}" not in settings.OUTBOUND_ALLOWED:
        for address in addresses:
            _refuse_internal(host, address)
    return addresses


def _ipv4_within(parsed: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The older address that this one stands for: a host, or a gateway on the way, turns it into that."""
    if isinstance(parsed, ipaddress.IPv4Address):
        return None
    if any(parsed in network for network in _CARRIES_IPV4):
        return ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF)
    return parsed.ipv4_mapped or parsed.sixtofour


def _refuse_internal(host: str, address: str) -> None:
    parsed = ipaddress.ip_address(address.split("%")[0])
    mapped = _ipv4_within(parsed)
    if not parsed.is_global or parsed.is_multicast or (mapped is not None and not mapped.is_global):
        text = _("%(host)s leads to an internal address; name it in OUTBOUND_ALLOWED if that is meant")
        raise Refused(text % {"host": host})


def _read(chunks: Iterable[bytes], size_max: int) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > size_max:
            raise Unreachable(_("the answer is longer than %(count)d bytes") % {"count": size_max})
    return bytes(content)


def _not_found(host: str) -> Unreachable:
    return Unreachable(_("%(host)s cannot be found: is the name right?") % {"host": host})


def _detail(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


class _GuardedBackend(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and gives every step no more than the time that is left."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        failure: Exception = _not_found(host)
        for address in _addresses(host, port):
            try:
                stream = self._inner.connect_tcp(address, port, _left(self._deadline), local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class _TimedStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore2.ReadTimeout("the time is over")
    return seconds
