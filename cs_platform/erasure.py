"""Somebody is forgotten in the floor's own logs: events on their way, bodies of webhooks, notices, names of deeds."""

from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q

from cs_platform.models import AuditEntry, NoticeDelivery, OutboxItem, WebhookDelivery

AT_ONCE = 50  # numbers looked for by one statement


def forget_events(told: Mapping[str, Collection[int]]) -> None:
    """Events that name one of these numbers under one of these fields (“customer_id”), sent or on their way."""
    for field, numbers in told.items():
        for some in _pieces(numbers):
            OutboxItem.objects.filter(**{f"payload__{field}__in": some}).delete()
            WebhookDelivery.objects.filter(reduce(or_, (_names(field, number) for number in some))).delete()


def forget_notices(key_prefixes: Iterable[str]) -> None:
    """Notices to colleagues whose key begins so."""
    for prefix in key_prefixes:
        NoticeDelivery.objects.filter(key__startswith=prefix).delete()


def forget_names(target_type: str, numbers: Collection[int]) -> None:
    """What was done to these things stays in the audit trail, by their numbers only."""
    deeds = AuditEntry.objects.filter(target_type=target_type, target_id__in=[str(number) for number in numbers])
    deeds.update(target_name="")


def _names(field: str, number: int) -> Q:
    """Bodies are JSON without spaces (`publishing.build_body`), so what follows a number is a comma or a bracket."""
    said = f'"{field}":{number}'
    return Q(body__contains=f"{said},") | Q(body__contains=f"{said}}}")


def _pieces(numbers: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(numbers)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
