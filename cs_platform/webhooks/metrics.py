"""Figures of webhooks for Prometheus."""

from django.db.models import Min
from django.utils import timezone

from cs_platform.metrics import register_gauge
from cs_platform.models import WebhookDelivery, WebhookEndpoint


def _oldest_due() -> float:
    """How late the oldest delivery is that could be sent now."""
    now = timezone.now()
    due = WebhookDelivery.objects.due(now).filter(endpoint__is_active=True)
    oldest = due.aggregate(at=Min("due_at"))["at"]
    return (now - oldest).total_seconds() if oldest else 0.0


def _failed() -> int:
    return WebhookDelivery.objects.failed().count()


def _stopped() -> int:
    return WebhookEndpoint.objects.stopped().count()


register_gauge("cs_webhook_oldest_due_seconds", "How late the oldest webhook is", _oldest_due)
register_gauge("cs_webhook_deliveries_failed", "Webhook deliveries given up, as far as they are kept", _failed)
register_gauge("cs_webhook_endpoints_stopped", "Endpoints that the platform switched off", _stopped)
