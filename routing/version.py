"""Numbers that rise with every change of what processes hold in memory; each compares them with its own."""

import time

from django.db.models import F, Value
from django.db.models.functions import Greatest

from routing.models import RoutingVersion

RULES = RoutingVersion.Subject.RULES.value
INTENTS = RoutingVersion.Subject.INTENTS.value


def current_versions() -> dict[str, int]:
    """One small query; a subject that was never changed is missing."""
    return dict(RoutingVersion.objects.values_list("subject", "number"))


def bump_version(subject: str) -> None:
    """Make every process see what this transaction wrote. Call it inside that transaction.

    A clock reading where that is higher: a restored backup never counts up to a number that a running process knows.
    """
    RoutingVersion.objects.get_or_create(subject=subject)
    clock = Value(time.time_ns() // 1_000)
    RoutingVersion.objects.filter(subject=subject).update(number=Greatest(F("number") + 1, clock))
