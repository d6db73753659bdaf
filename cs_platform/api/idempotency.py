"""`Idempotency-Key`: a POST that is sent twice has its effect once, and the same reply.

The row that claims the key, the write and the stored reply are one transaction. A crash or an error leaves none of
them, so the repetition starts afresh; of two at once the unique constraint lets one through.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.errors import Conflict, Unprocessable
from cs_platform.models import ApiKey, StoredReply


def read_key(request: Request) -> str:
    """The header's value; empty when there is none."""
    value = request.headers.get("Idempotency-Key", "").strip()
    if len(value) > 255 or not value.isascii() or not (value.isprintable()):
        raise ParseError(gettext("An Idempotency-Key has at most 255 printable ASCII characters."))
    return value


def reply_once(request: Request, idempotency_key: str, handle: Callable[[], Response]) -> Response:
    """What `handle` replies, or what it replied before. Runs within the transaction of the request."""
    api_key: ApiKey = request.auth
    request_hash = hash_request(request)
    if not _claim_lock(api_key, idempotency_key):
        raise Conflict(gettext("The same request is still being worked on."), "in_flight")
    reply = _claim(api_key, idempotency_key, request_hash)
    if reply is None:
        return _replay(api_key, idempotency_key, request_hash)
    response = handle()
    StoredReply.objects.filter(pk=reply.pk).update(
        status=response.status_code,
        location=response.headers.get("Location", ""),
        body=JSONRenderer().render(response.data).decode(),
    )
    return response


def hash_request(request: Request) -> str:
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request._request.body).hexdigest()


def forget_old_replies() -> None:
    """Repetitions come within minutes; after the time in the settings a key may be used anew."""
    until = timezone.now() - timedelta(hours=settings.API_IDEMPOTENCY_HOURS)
    StoredReply.objects.filter(created_at__lt=until).delete()


def _claim(api_key: ApiKey, idempotency_key: str, request_hash: str) -> StoredReply | None:
    try:
        with transaction.atomic():
            return StoredReply.objects.create(
                api_key=api_key, idempotency_key=idempotency_key, request_hash=request_hash
            )
    except IntegrityError:
        return None


def _claim_lock(api_key: ApiKey, idempotency_key: str) -> bool:
    """Whether nobody else is at it. PostgreSQL's insert would wait for the other; SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return True
    digest = hashlib.sha256(f"{api_key.pk}:{idempotency_key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], "big", signed=True)])
        return bool(cursor.fetchone()[0])


def _replay(api_key: ApiKey, idempotency_key: str, request_hash: str) -> Response:
    stored = StoredReply.objects.get(api_key=api_key, idempotency_key=idempotency_key)
    if stored.request_hash != request_hash:
        raise Unprocessable(gettext("This Idempotency-Key was used for another request."), "idempotency_key_reused")
    headers = {"Idempotent-Replayed": "true"}
    if stored.location:
        headers["Location"] = stored.location
    return Response(json.loads(stored.body) if stored.body else None, status=stored.status, headers=headers)
