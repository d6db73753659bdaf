"""One try to deliver, and what follows from its outcome.

Tries and pauses are those that Standard Webhooks gives as an example: ten within three days. Only 2xx is success; 410
switches the endpoint off, as do days without a single success.
"""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from cs_platform.audit import record
from cs_platform.claims import claim
from cs_platform.http import Refused, Reply, Unreachable, send
from cs_platform.models import WebhookDelivery, WebhookEndpoint
from cs_platform.webhooks.publishing import endpoints_changed
from cs_platform.webhooks.signing import signed_headers

Status = WebhookDelivery.Status
SWITCHED_OFF = gettext_noop("The endpoint was switched off.")
TIMEOUT_SECONDS = 15.0
ANSWER_CHARACTERS_MAX = 2048
RETRY_AFTER_MAX_SECONDS = 86_400
JITTER = 0.2
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)  # after the 1st, 2nd … failure
)
ATTEMPTS_MAX = len(PAUSES) + 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try brought. `is_final`: trying again is useless."""

    status: int | None = None
    answer: str = ""
    error: str = ""
    ms: int = 0
    retry_after: int = 0
    is_final: bool = False

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == 410


def deliver_next(endpoint_id: int) -> bool:
    """Send the oldest delivery that is due for this endpoint; False when there is none. Safe with many at work."""
    now = timezone.now()
    due = WebhookDelivery.objects.due(now).filter(endpoint_id=endpoint_id, endpoint__is_active=True)
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
        if claim(WebhookDelivery.objects.due(now), pk, now):
            delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=pk)
            keep_outcome(delivery, attempt(delivery), timezone.now())
            return True
    return False


def attempt(delivery: WebhookDelivery) -> Outcome:
    """Send once. A slow answer holds no connection to the database meanwhile: there are fewer of them than threads."""
    if not connection.in_atomic_block:
        connection.close()
    body, now, started = delivery.body.encode(), timezone.now(), time.monotonic()
    keys = delivery.endpoint.secrets(now)
    headers = signed_headers(keys, delivery.message_id, int(now.timestamp()), body)
    headers["content-type"] = "application/json"
    try:
        reply = send("POST", delivery.endpoint.url, headers=headers, body=body, timeout=TIMEOUT_SECONDS)
    except Refused as refused:
        return Outcome(error=_cut(str(refused), 300), is_final=True)
    except Unreachable as unreachable:
        return Outcome(error=_cut(str(unreachable), 300), ms=_since(started))
    return Outcome(reply.status, _cut(reply.text), "", _since(started), _retry_after(reply))


@transaction.atomic
def keep_outcome(delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> bool:
    """Write down what came of it; False when somebody took over meanwhile because this took too long."""
    again_in = None if outcome.is_success or outcome.is_gone or outcome.is_final else _pause(delivery.attempts, outcome)
    status = Status.SUCCEEDED if outcome.is_success else Status.FAILED if again_in is None else Status.PENDING
    line = {
        "at": now.isoformat(timespec="seconds"),
        "status": outcome.status,
        "error": outcome.error,
        "ms": outcome.ms,
    }
    kept = WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, status=Status.PENDING).update(
        status=status,
        due_at=now + (again_in or timedelta()),
        lease_until=None,
        response_status=outcome.status,
        response_body=outcome.answer,
        error=outcome.error,
        duration_ms=outcome.ms,
        log=[*delivery.log, line][-20:],
        last_attempt_at=now,
    )
    if kept:
        _judge_endpoint(delivery.endpoint, outcome, now)
    return kept == 1


def give_up_waiting(endpoint: WebhookEndpoint) -> None:
    """What waits for an endpoint that is off has failed, and can be replayed."""
    waiting = endpoint.deliveries.filter(status=Status.PENDING)
    waiting.update(status=Status.FAILED, lease_until=None, error=SWITCHED_OFF)


def disable(endpoint: WebhookEndpoint, reason: WebhookEndpoint.Off) -> bool:
    """Switch an endpoint off, once however many find a reason."""
    off = WebhookEndpoint.objects.active().filter(pk=endpoint.pk)
    if not off.update(is_active=False, disabled_reason=reason):
        return False
    give_up_waiting(endpoint)
    record("webhook.disabled", endpoint, by=None, reason=str(reason))
    endpoints_changed()
    return True


def _judge_endpoint(endpoint: WebhookEndpoint, outcome: Outcome, now: datetime) -> None:
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    if outcome.is_success:
        rows.update(failing_since=None, last_success_at=now)
        return
    rows.filter(failing_since__isnull=True).update(failing_since=now)
    if outcome.is_gone:
        disable(endpoint, WebhookEndpoint.Off.GONE)
        return
    days = settings.WEBHOOK_DISABLE_AFTER_DAYS
    if rows.filter(failing_since__lt=now - timedelta(days=days)).exists():
        disable(endpoint, WebhookEndpoint.Off.FAILING)


def _pause(attempts: int, outcome: Outcome) -> timedelta | None:
    """How long until the next try; None when it was the last one."""
    if attempts >= ATTEMPTS_MAX:
        return None
    spread = 1 + random.uniform(0, JITTER)
    return max(PAUSES[attempts - 1] * spread, timedelta(seconds=outcome.retry_after))


def _retry_after(reply: Reply) -> int:
    value = reply.headers.get("retry-after", "")
    return min(int(value), RETRY_AFTER_MAX_SECONDS) if value.isdecimal() and len(value) < 10 else 0


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def _cut(text: str, limit: int = ANSWER_CHARACTERS_MAX) -> str:
    return text.replace("\x00", "")[:limit]
