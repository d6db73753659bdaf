"""Deadlines that survive crashes: a row per thing and kind, looked at four times a second by the ticker."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from cs_platform.claims import claim, pause_after
from cs_platform.models import DueItem
from cs_platform.models.due import DueItemQuerySet

logger = logging.getLogger(__name__)

RUN_LIMIT = 100
RUN_SECONDS = 2.0
ERROR_CHARACTERS_MAX = 2000

_services: dict[str, Callable[[int], object]] = {}


def register_due(kind: str, service: Callable[[int], object]) -> None:
    """Have `service(key)` called, perhaps twice, when something of this kind is due. Called when an app starts."""
    _services[kind] = service


def set_due(kind: str, key: int, at: datetime | None) -> None:
    """Set, move or (None) clear the moment of a thing, in the caller's transaction."""
    if at is None:
        DueItem.objects.filter(kind=kind, key=key).delete()
        return
    DueItem.objects.bulk_create(
        [DueItem(kind=kind, key=key, due_at=at)],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["due_at", "lease_until", "attempts", "last_error"],
    )


def run_due(*, limit: int = RUN_LIMIT) -> int:
    """Run what is due, the oldest first; returns how many. Safe with many at work."""
    now, until = timezone.now(), time.monotonic() + RUN_SECONDS
    ids = list(DueItem.objects.to_run(now).order_by("due_at").values_list("pk", flat=True)[:limit])
    ran = 0
    for pk in ids:
        if time.monotonic() > until:
            break
        if claim(DueItem.objects.to_run(timezone.now()), pk, timezone.now()):
            ran += _run(pk)
    return ran


def _run(pk: int) -> bool:
    item = DueItem.objects.filter(pk=pk).first()
    if item is None:
        return False
    service = _services.get(item.kind)
    try:
        if service is None:
            logger.warning("nothing is called when %s is due; it is dropped", item.kind)
        else:
            service(item.key)
    except Exception as error:
        logger.exception("%s %d was due and failed", item.kind, item.key)
        _same(item).update(
            lease_until=None,
            due_at=timezone.now() + pause_after(item.attempts),
            last_error=f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX],
        )
        return True
    _same(item).delete()
    return True


def _same(item: DueItem) -> DueItemQuerySet:
    """The row as it was taken: not one that was set anew meanwhile, nor one whose lease ran out."""
    return DueItem.objects.filter(pk=item.pk, due_at=item.due_at, attempts=item.attempts)
