"""Liveness and readiness for the supervisor, load balancers and monitors."""

import logging
import os
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from cs_platform import heartbeats, realtime

logger = logging.getLogger(__name__)

UP_TOKEN = os.environ.get("CS_UP_TOKEN", "")


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else: a restart would not mend a lost database."""
    return _marked(HttpResponse("ok", content_type="text/plain"))


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether a customer's message would be stored, pushed and worked on."""
    results = {name: _passes(check) for name, check in CHECKS.items()}
    is_ready = all(results.values())
    body = {
        "status": "ok" if is_ready else "unavailable",
        "checks": {name: "ok" if passed else "failed" for name, passed in results.items()},
    }
    response = _marked(JsonResponse(body, status=200 if is_ready else 503))
    response._has_been_logged = True  # type: ignore[attr-defined]  # "not ready yet" is an answer, not an error
    return response


def _marked(response: HttpResponse) -> HttpResponse:
    """Let the supervisor tell its own web process from another one on the same port."""
    if UP_TOKEN:
        response["X-Up"] = UP_TOKEN
    response["Cache-Control"] = "no-store"
    return response


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception as error:  # whatever is wrong with it, it is not ready
        logger.warning("readiness: %s", error)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _ticker() -> bool:
    return heartbeats.is_fresh(heartbeats.TICKER, timezone.now())


def _worker() -> bool:
    return heartbeats.is_fresh(heartbeats.WORKER, timezone.now())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "channel_layer": realtime.is_reachable,
    "ticker": _ticker,
    "worker": _worker,
}
