"""What people and programs do with webhooks: add, change, rotate, test, replay."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from cs_platform.audit import record
from cs_platform.http import Refused, Unreachable, check_address
from cs_platform.models import User, WebhookDelivery, WebhookEndpoint
from cs_platform.webhooks.publishing import endpoints_changed, event_names, queue_test
from cs_platform.webhooks.sending import give_up_waiting
from cs_platform.webhooks.signing import new_secret

Status = WebhookDelivery.Status
ENDPOINTS_MAX = 50  # each hears of an event by a request of its own
CHANGEABLE = ("url", "description", "events", "is_active")


@transaction.atomic
def create_endpoint(
    *, url: str, events: Sequence[str], by: User | None, description: str = "", is_active: bool = True
) -> WebhookEndpoint:
    """A new endpoint; its secret is shown to whoever asked for it, and to nobody later."""
    check_url(url)
    check_room()
    endpoint = WebhookEndpoint.objects.create(
        url=url, events=check_events(events), description=description, is_active=is_active, secret=new_secret()
    )
    record("webhook.created", endpoint, by=by, url=url, events=endpoint.events)
    endpoints_changed()
    return endpoint


@transaction.atomic
def change_endpoint(endpoint: WebhookEndpoint, *, by: User | None, **values: Any) -> WebhookEndpoint:
    """Change what is given of address, note, events and whether it is active. Switched on again, it starts afresh."""
    kept = {name: value for name, value in values.items() if name in CHANGEABLE}
    if "url" in kept:
        check_url(kept["url"])
    if "events" in kept:
        kept["events"] = check_events(kept["events"])
    if kept.get("is_active"):
        kept |= {"disabled_reason": "", "failing_since": None}
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**kept)
    endpoint.refresh_from_db()
    if kept.get("is_active") is False:
        give_up_waiting(endpoint)
    record("webhook.changed", endpoint, by=by, fields=sorted(values))
    endpoints_changed()
    return endpoint


@transaction.atomic
def delete_endpoint(endpoint: WebhookEndpoint, *, by: User | None) -> None:
    record("webhook.deleted", endpoint, by=by, url=endpoint.url)
    endpoint.delete()
    endpoints_changed()


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint, *, by: User | None) -> str:
    """A new secret; the old one signs along for a day, so that the receiver can change over in peace."""
    locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    locked.previous_secret, locked.secret = locked.secret, new_secret()
    locked.previous_until = timezone.now() + timedelta(hours=settings.WEBHOOK_SECRET_OVERLAP_HOURS)
    locked.save(update_fields=["secret", "previous_secret", "previous_until"])
    record("webhook.secret_rotated", locked, by=by)
    return locked.secret


def send_test(endpoint: WebhookEndpoint, *, by: User | None) -> WebhookDelivery:
    """Queue an event that only says that it is a test."""
    if not endpoint.is_active:
        raise ValidationError(gettext("Switch the endpoint on first."))
    record("webhook.tested", endpoint, by=by)
    return queue_test(endpoint)


@transaction.atomic
def replay(delivery: WebhookDelivery, *, by: User | None) -> WebhookDelivery:
    """Send once more, with the same id; the receiver may know it already."""
    if not delivery.endpoint.is_active:
        raise ValidationError(gettext("Switch the endpoint on first."))
    _put_again(WebhookDelivery.objects.filter(pk=delivery.pk))
    record("webhook.replayed", delivery, by=by)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_failed(endpoint: WebhookEndpoint, *, since: datetime, by: User | None) -> int:
    """Send everything again that failed since then; how many."""
    if not endpoint.is_active:
        raise ValidationError(gettext("Switch the endpoint on first."))
    count = _put_again(WebhookDelivery.objects.failed().filter(endpoint=endpoint, created_at__gte=since))
    record("webhook.replayed", endpoint, by=by, since=since.isoformat(), count=count)
    return count


def forget_old_deliveries() -> None:
    """What is through is kept for a month, to look at and to replay."""
    until = timezone.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    WebhookDelivery.objects.filter(created_at__lt=until).exclude(status=Status.PENDING).delete()


def check_room() -> None:
    """Refuse one endpoint more than anybody needs: mostly a program that adds its own at every start."""
    if WebhookEndpoint.objects.count() >= ENDPOINTS_MAX:
        text = gettext("There are %(count)d endpoints already; delete those that nobody needs.")
        raise ValidationError(text % {"count": ENDPOINTS_MAX})


def check_url(url: str) -> None:
    """Refuse what would never be delivered. A name that does not exist yet may exist later."""
    try:
        check_address(url)
    except Refused as refused:
        raise ValidationError({"url": gettext("Not allowed: %(reason)s") % {"reason": refused}}) from refused
    except Unreachable:
        return


def check_events(events: Sequence[str]) -> list[str]:
    unknown = set(events) - set(event_names())
    if unknown or not events:
        text = gettext("Choose from: %(names)s") % {"names": ", ".join(event_names())}
        raise ValidationError({"events": text})
    return sorted(set(events))


def _put_again(rows: Any) -> int:
    return rows.exclude(status=Status.PENDING, lease_until__gt=timezone.now()).update(
        status=Status.PENDING, attempts=0, due_at=timezone.now(), lease_until=None, error=""
    )
