"""Which episodes a page speaks of: a period, and perhaps a channel, a category, kinds of days, an hour, a person.

The same words stand in the address of the board, of the list behind a figure, and of an export, so that all three
speak of the same rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from cs_platform.text import row_number
from kb.models import Category
from reports.figures import FIGURES
from reports.hours import Run, each_day, hours_of_day, hours_of_days, is_weekend, joined
from reports.models import Episode

WEEKDAY, WEEKEND = "weekday", "weekend"
KINDS_OF_DAYS = (WEEKDAY, WEEKEND, *"0123456")  # 0 is Monday
DAYS_DEFAULT = 30
DAYS_MAX = 400
FIRST_DAY = date(2000, 1, 1)  # no shop's chats are older, and from here on one may count back
PARAMETERS = ("start", "end", "channel", "category", "days", "at", "agent", "reason", "figure")


@dataclass(frozen=True, slots=True)
class Scope:
    """All days are of the shop's clock, `end` belongs to the period. `at` is an hour of the day."""

    start: date
    end: date
    channel: int | None = None
    category: int | None = None
    days: str = ""
    at: int | None = None
    agent: int | None = None
    reason: str = ""

    @property
    def length(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def is_by_hour(self) -> bool:
        """A period so short that hours say more than days."""
        return self.length <= 2

    def previous(self) -> "Scope":
        """As many days, just before."""
        end = self.start - timedelta(days=1)
        return replace(self, start=end - timedelta(days=self.length - 1), end=end)

    def runs(self) -> list[Run]:
        """The hours it covers."""
        if not self.days and self.at is None:
            return [hours_of_days(self.start, self.end)]
        return joined(self._hours(day) for day in self.each_day())

    def each_day(self) -> list[date]:
        return [day for day in each_day(self.start, self.end) if self._has(day)]

    def condition(self) -> Q:
        """The episodes it covers."""
        found = Q(pk__in=[])
        for first, end in self.runs():
            found |= Q(hour__gte=first, hour__lt=end)
        if self.channel is not None:
            found &= Q(channel_id=self.channel)
        if self.category is not None:
            found &= in_category(self.category)
        if self.agent is not None:
            found &= Q(participations__agent_id=self.agent, participations__replies__gt=0)
        if self.reason:
            found &= Q(handoff_reason=self.reason)
        return found

    def episodes(self) -> "QuerySet[Episode]":
        return Episode.objects.filter(self.condition()).order_by()

    def query(self, **more: object) -> str:
        """Its words for an address; `more` adds to them or replaces them, None takes one away."""
        words = {name: getattr(self, name) for name in PARAMETERS if name != "figure"} | more
        return urlencode({name: value for name, value in words.items() if value not in (None, "")})

    def _has(self, day: date) -> bool:
        return (
            not self.days or self.days == (WEEKEND if is_weekend(day) else WEEKDAY) or self.days == str(day.weekday())
        )

    def _hours(self, day: date) -> Run:
        first, end = hours_of_day(day)
        return (first, end) if self.at is None else (first + self.at, first + self.at + 1)


def read_scope(words: Mapping[str, str], now: datetime, *, days: int = DAYS_DEFAULT) -> Scope:
    """The scope that an address asks for. What it does not say, or says wrongly, is the usual one."""
    today = timezone.localtime(now).date()
    end = min(_date(words.get("end")) or today, today)
    start = min(_date(words.get("start")) or end - timedelta(days=days - 1), end)
    start = max(start, end - timedelta(days=DAYS_MAX - 1))
    kind = words.get("days", "")
    return Scope(
        start,
        end,
        channel=row_number(words.get("channel")),
        category=row_number(words.get("category")),
        days=kind if kind in KINDS_OF_DAYS else "",
        at=_hour(words.get("at")),
        agent=row_number(words.get("agent")),
        reason=words.get("reason", "")[:60],
    )


def problems_of(words: Mapping[str, str], now: datetime) -> dict[str, str]:
    """What `read_scope` would pass over, by its word: for those who cannot see what it made of them."""
    readers: Mapping[str, Callable[[str], object]] = {
        "start": _date,
        "end": _date,
        **dict.fromkeys(("channel", "category", "agent"), row_number),
        "days": lambda text: text in KINDS_OF_DAYS or None,
        "at": _hour,
        "figure": FIGURES.get,
    }
    said = {name: text for name, text in words.items() if text and name in readers}
    problems = {name: _expected(name) for name, text in said.items() if readers[name](text) is None}
    start, end = _date(words.get("start")), _date(words.get("end")) or timezone.localtime(now).date()
    if "start" not in problems and start is not None and not 0 <= (end - start).days < DAYS_MAX:
        problems["start"] = gettext("It is after the last day, or more than %(count)d days before it.") % {
            "count": DAYS_MAX
        }
    return problems


def _expected(name: str) -> str:
    match name:
        case "start" | "end":
            return gettext("A day is expected, such as 2026-11-27.")
        case "days":
            return gettext("One of: %(values)s.") % {"values": ", ".join(KINDS_OF_DAYS)}
        case "figure":
            return gettext("One of: %(values)s.") % {"values": ", ".join(sorted(FIGURES))}
        case "at":
            return gettext("An hour from 0 to 23 is expected.")
    return gettext("A number is expected.")


def rows_of(words: Mapping[str, str], now: datetime) -> "QuerySet[Episode]":
    """The rows behind a figure: the scope's, of them those that `figure` counts."""
    rows = read_scope(words, now).episodes()
    figure = FIGURES.get(words.get("figure", ""))
    return rows.filter(figure.rows(now)) if figure else rows


def in_category(category_id: int) -> Q:
    """Rows of a category and of all below it; 0 stands for those without one."""
    if not category_id:
        return Q(category_id__isnull=True)
    root = Category.objects.filter(pk=category_id).first()
    return Q(category_id__in=list(root.descendants(include_self=True).values_list("pk", flat=True)) if root else [])


def _date(text: str | None) -> date | None:
    try:
        day = parse_date(text) if text else None
    except ValueError:
        return None
    return day if day and day >= FIRST_DAY else None


def _hour(text: str | None) -> int | None:
    number = row_number(text)
    return number if number is not None and number < 24 else None
