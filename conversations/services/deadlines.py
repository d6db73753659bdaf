"""By when a ticket is to be solved: the shop's own time limits, else those that everybody starts with."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from conversations.models import TicketTarget
from conversations.models.ticket import TicketPriority, TicketType

DEFAULT_HOURS: Mapping[tuple[str, str], int] = {
    ("", TicketPriority.URGENT): 4,
    ("", TicketPriority.HIGH): 8,
    (TicketType.COMPLAINT, ""): 8,
    (TicketType.LOGISTICS, ""): 24,
    ("", ""): 48,
}


def due_for(type_: str, priority: str, since: datetime) -> datetime:
    """When a ticket of this type and priority, created at `since`, is due."""
    targets = TicketTarget.objects.filter(type__in=("", type_), priority__in=("", priority))
    hours = hours_for(type_, priority, targets.values_list("type", "priority", "hours"))
    return since + timedelta(hours=hours)


def hours_for(type_: str, priority: str, targets: Iterable[tuple[str, str, int]]) -> int:
    """The hours of the most exact rule: type and priority, then priority, then type, then the one for everything."""
    own = {(one_type, one_priority): hours for one_type, one_priority, hours in targets}
    order = ((type_, priority), ("", priority), (type_, ""), ("", ""))
    for rules in (own, DEFAULT_HOURS):
        for key in order:
            if key in rules:
                return rules[key]
    raise LookupError("no time limit for everything")  # DEFAULT_HOURS has one
