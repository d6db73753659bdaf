"""`/metrics` in Prometheus' text format: the state of the whole platform, read from the database when asked.

Every process may answer, since nothing is counted in memory. Apps add their own gauges with `register_gauge` in a
module called `metrics`, which is found when the platform starts.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from cs_platform.heartbeats import TICKER, WORKER
from cs_platform.models import DueItem, Heartbeat, NoticeDelivery, OutboxItem

logger = logging.getLogger(__name__)

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number, or one for each value of a label."""

    name: str
    description: str
    read: Callable[[], float | Values]
    label: str = ""


_gauges: dict[str, Gauge] = {}


def register_gauge(name: str, description: str, read: Callable[[], float | Values], *, label: str = "") -> None:
    """Have a figure shown. With a `label`, `read` returns a number for each of its values; never personal data."""
    _gauges[name] = Gauge(name, description, read, label)


class _Collector(Collector):
    def collect(self) -> Iterable[GaugeMetricFamily]:
        for gauge in _gauges.values():
            try:
                found = gauge.read()
            except Exception:  # one figure that cannot be read must not hide the others
                logger.exception("metric %s could not be read", gauge.name)
                continue
            family = GaugeMetricFamily(gauge.name, gauge.description, labels=[gauge.label] if gauge.label else [])
            for value, number in found.items() if isinstance(found, Mapping) else [("", found)]:
                family.add_metric([value] if gauge.label else [], number)
            yield family


def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper that carries `METRICS_TOKEN`, and for the owner in a browser; nobody else learns that it exists."""
    if not _may_read(request):
        return HttpResponseNotFound()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector())
    response = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response


def _may_read(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(given, settings.METRICS_TOKEN):
        return True
    return bool(request.user.is_active and request.user.is_superuser)


def _heartbeat_ages() -> Values:
    now = timezone.now()
    return {beat.name: (now - beat.at).total_seconds() for beat in Heartbeat.objects.filter(name__in=(TICKER, WORKER))}


def _outbox_waiting() -> float:
    return OutboxItem.objects.filter(failed_at__isnull=True).count()


def _outbox_age() -> float:
    oldest = OutboxItem.objects.filter(failed_at__isnull=True).order_by("created_at").first()
    return (timezone.now() - oldest.created_at).total_seconds() if oldest else 0.0


def _deadlines_late() -> float:
    return DueItem.objects.filter(due_at__lte=timezone.now()).count()


register_gauge("cs_heartbeat_age_seconds", "Since the last sign of life", _heartbeat_ages, label="process")
register_gauge("cs_outbox_waiting", "Events that are not delivered yet", _outbox_waiting)
register_gauge("cs_outbox_age_seconds", "Age of the oldest event that is not delivered yet", _outbox_age)
register_gauge("cs_outbox_failed", "Events given up", lambda: OutboxItem.objects.failed().count())
register_gauge("cs_deadlines_late", "Deadlines that are over and not dealt with", _deadlines_late)
register_gauge(
    "cs_notices_waiting",
    "Notices to colleagues on their way",
    lambda: NoticeDelivery.objects.filter(state=NoticeDelivery.State.PENDING).count(),
)
