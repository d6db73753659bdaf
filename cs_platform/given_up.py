"""Events that a handler failed on too often: kept to be looked at, told again by hand, gone after three months."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cs_platform.audit import record
from cs_platform.models import OutboxItem, User

KEPT_DAYS = 90


@transaction.atomic
def tell_again(numbers: Collection[int], *, by: User | None) -> int:
    """Start anew with these, if they were given up; how many. The reason of last time stays until they are through."""
    # Under the condition of the moment: a second click must not cut short a try that is under way.
    anew = {"failed_at": None, "attempts": 0, "due_at": timezone.now(), "lease_until": None}
    given_up = OutboxItem.objects.failed().filter(pk__in=numbers)
    again = [item for item in given_up if OutboxItem.objects.failed().filter(pk=item.pk).update(**anew)]
    for item in again:
        record("event.told_again", item, by=by)
    return len(again)


def forget_given_up() -> int:
    """Nobody has cared for three months."""
    oldest = timezone.now() - timedelta(days=KEPT_DAYS)
    return OutboxItem.objects.failed().filter(failed_at__lt=oldest).delete()[0]
