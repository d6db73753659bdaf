"""By when a ticket is to be solved: the shop's own time limits, else those that everybody starts with."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from conversations.models import TicketTarget
from conversations.models.ticket import TicketPriority, TicketType
from routing.hours import Hours
from routing.models import Channel
from routing.rulebook import current_rulebook

DAYS_LOOKED_AHEAD = 120

Limit = tuple[int, bool]  # hours, and whether only service hours count

DEFAULT_LIMITS: Mapping[tuple[str, str], Limit] = {
    ("", TicketPriority.URGENT): (4, False),
    ("", TicketPriority.HIGH): (8, False),
    (TicketType.COMPLAINT, ""): (8, False),
    (TicketType.LOGISTICS, ""): (24, False),
    ("", ""): (48, False),
}


def due_for(type_: str, priority: str, since: datetime, *, channel: Channel | None = None) -> datetime:
    """When a ticket of this type and priority, created at `since` on this channel, is due."""
    targets = TicketTarget.objects.filter(type__in=("", type_), priority__in=("", priority))
    rows = targets.values_list("type", "priority", "hours", "in_service_hours")
    hours, is_for_service_hours = limit_for(type_, priority, rows)
    wait = timedelta(hours=hours)
    service = current_rulebook().hours_of(channel) if channel and is_for_service_hours else None
    return add_service_time(service, since, wait) if service else since + wait


def limit_for(type_: str, priority: str, targets: Iterable[tuple[str, str, int, bool]]) -> Limit:
    """The most exact limit: of type and priority, then of the priority, then of the type, then for everything."""
    own = {(one_type, one_priority): (hours, in_service) for one_type, one_priority, hours, in_service in targets}
    order = ((type_, priority), ("", priority), (type_, ""), ("", ""))
    for limits in (own, DEFAULT_LIMITS):
        for key in order:
            if key in limits:
                return limits[key]
    raise LookupError("no time limit for everything")  # DEFAULT_LIMITS has one


def add_service_time(hours: Hours, since: datetime, wait: timedelta) -> datetime:
    """The moment at which so much service time has passed; as if always open when there is none for months."""
    local = hours.local(since)
    left = wait
    for offset in range(DAYS_LOOKED_AHEAD):
        day = local.date() + timedelta(days=offset)
        for opens, closes in hours.day(day).spans:
            starts = max(datetime.combine(day, opens, tzinfo=local.tzinfo), local)
            until = day + timedelta(days=1) if closes == time(0) else day
            ends = datetime.combine(until, closes, tzinfo=local.tzinfo)
            if ends <= starts:
                continue
            if ends - starts >= left:
                return starts + left
            left -= ends - starts
    return since + wait
