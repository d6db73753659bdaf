"""Service hours: is somebody there at this moment, and when again. Pure: the time is an argument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar.constants import holidays as public_holidays
from chinese_calendar.constants import workdays as make_up_workdays

Span = tuple[time, time]
_DAYS_LOOKED_AHEAD = 30


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """What the shop itself says about a day; without spans an open day has the hours of a working day."""

    is_open: bool
    name: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one date, and where they come from: `special`, `holiday`, `make_up`, `week` or `unknown_year`."""

    date: date
    spans: tuple[Span, ...]
    source: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which persons answer. `week` has one tuple of spans for each day from Monday on."""

    time_zone: str = "Asia/Shanghai"
    week: tuple[tuple[Span, ...], ...] = ((),) * 7
    follows_public_holidays: bool = True
    special: Mapping[date, SpecialDay] = field(default_factory=dict)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.time_zone))

    def is_open(self, at: datetime) -> bool:
        local = self.local(at)
        return any(_covers(span, local.time()) for span in self.day(local.date()).spans)

    def day(self, day: date) -> Day:
        """The hours of a date: the shop's own word first, then the public calendar, then the week."""
        usual = self.week[day.weekday()]
        if own := self.special.get(day):
            spans = (own.spans or usual or self.working_day()) if own.is_open else ()
            return Day(day, spans, "special", own.name)
        if not self.follows_public_holidays:
            return Day(day, usual, "week")
        if not is_year_known(day.year):
            return Day(day, usual, "unknown_year")
        if day in public_holidays:
            return Day(day, (), "holiday", holiday_name(day))
        if day in make_up_workdays:
            return Day(day, usual or self.working_day(), "make_up", holiday_name(day))
        return Day(day, usual, "week")

    def working_day(self) -> tuple[Span, ...]:
        """The hours of an ordinary working day: those of the first day of the week that has any."""
        return next((spans for spans in self.week if spans), ())

    def opens_next(self, at: datetime) -> datetime | None:
        """When somebody is there again; None when that is not within a month. `at` itself when it is open."""
        if self.is_open(at):
            return at
        local = self.local(at)
        for offset in range(_DAYS_LOOKED_AHEAD):
            day = local.date() + timedelta(days=offset)
            for starts, _ends in self.day(day).spans:
                opens = datetime.combine(day, starts, tzinfo=local.tzinfo)
                if opens > local:
                    return opens
        return None


def is_year_known(year: int) -> bool:
    """Whether the public calendar of this year is known; the government announces it in the autumn before."""
    return year in known_years()


def known_years() -> range:
    return range(min(public_holidays).year, max(public_holidays).year + 1)


def holiday_name(day: date) -> str:
    """What the day is called in Chinese."""
    _is_off, name = chinese_calendar.get_holiday_detail(day)
    found = chinese_calendar.Holiday(name) if name else None
    return str(found.chinese) if found else ""


def _covers(span: Span, clock: time) -> bool:
    starts, ends = span
    return starts <= clock and (clock < ends or ends == time(0))
