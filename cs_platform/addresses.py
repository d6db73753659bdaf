"""Where a request comes from: the address that limits and logs go by."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # noqa: S104 - a name for "nobody knows", nothing listens there


def client_address(request: HttpRequest) -> str:
    """The address of who asks. Behind a proxy it is the last one that the proxy has added: earlier ones are hearsay."""
    return _choose(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def socket_address(scope: Mapping[str, Any]) -> str:
    """The same for a socket's ASGI scope."""
    client = scope.get("client") or ("",)
    headers = (value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for")
    return _choose(str(client[0]), next(headers, ""))


def _choose(peer: str, forwarded: str) -> str:
    candidate = forwarded.rpartition(",")[2].strip() if settings.BEHIND_PROXY and forwarded else peer
    try:
        return str(ipaddress.ip_address(candidate.split("%")[0]))
    except ValueError:
        return UNKNOWN
