"""The number that rises with every change of what can be found; each process compares it with its own."""

import time

from django.db.models import F, Value
from django.db.models.functions import Greatest

from kb.models import KnowledgeVersion

_PK = 1


def current_version() -> int:
    """One look-up by primary key; 0 before anything was ever published."""
    return KnowledgeVersion.objects.filter(pk=_PK).values_list("number", flat=True).first() or 0


def bump_version() -> None:
    """Make every process search what this transaction wrote. Call it inside that transaction.

    The number is a clock reading where that is higher: a database restored from yesterday's backup then never counts
    up to a number for which a running process still holds the texts of today.
    """
    KnowledgeVersion.objects.get_or_create(pk=_PK)
    clock = Value(time.time_ns() // 1_000)
    KnowledgeVersion.objects.filter(pk=_PK).update(number=Greatest(F("number") + 1, clock))
