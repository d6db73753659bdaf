"""Service hours: the week, public holidays, make-up workdays and the shop's own days."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from routing.hours import Hours, SpecialDay, is_year_known

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORK = ((time(9), time(18)),)
OFFICE = Hours(week=(WORK,) * 5 + ((), ()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-02 08:59", False),
        ("2026-03-02 09:00", True),
        ("2026-03-02 17:59", True),
        ("2026-03-02 18:00", False),
        ("2026-03-01 10:00", False),  # Sunday
        ("2026-02-17 10:00", False),  # Spring Festival, a Tuesday
        ("2026-02-14 10:00", True),  # Saturday that makes up for it
        ("2026-10-01 10:00", False),  # National Day
        ("2027-02-08 10:00", True),  # a year nobody knows yet: the week alone
    ],
)
def test_office_hours(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(at(moment)) is is_open


def test_a_day_may_have_several_periods_and_end_at_midnight() -> None:
    hours = Hours(week=(((time(9), time(12)), (time(14), time(0))),) * 7, follows_public_holidays=False)
    assert [hours.is_open(at(f"2026-03-02 {clock}")) for clock in ("11:59", "12:00", "14:00", "23:59")] == [
        True,
        False,
        True,
        True,
    ]


def test_the_shops_own_word_wins() -> None:
    special = {
        date(2026, 10, 1): SpecialDay(is_open=True, spans=((time(10), time(12)),)),
        date(2026, 3, 2): SpecialDay(is_open=False),
        date(2026, 3, 1): SpecialDay(is_open=True),
    }
    hours = Hours(week=OFFICE.week, special=special)
    assert [hours.is_open(at(f"{day} 11:00")) for day in ("2026-10-01", "2026-03-02", "2026-03-01")] == [
        True,
        False,
        True,
    ]
    assert not hours.is_open(at("2026-10-01 15:00"))


def test_the_hours_are_those_of_the_schedules_time_zone() -> None:
    hours = Hours(time_zone="Europe/London", week=(WORK,) * 7, follows_public_holidays=False)
    assert not hours.is_open(at("2026-03-02 10:00"))
    assert hours.is_open(at("2026-03-02 18:00"))


def test_a_day_says_where_its_hours_come_from() -> None:
    days = [OFFICE.day(date.fromisoformat(text)) for text in ("2026-02-17", "2026-02-14", "2026-03-02", "2027-03-02")]
    assert [(day.source, day.name) for day in days] == [
        ("holiday", "春节"),
        ("make_up", "春节"),
        ("week", ""),
        ("unknown_year", ""),
    ]


def test_known_years() -> None:
    assert is_year_known(2026) and not is_year_known(2040)


def test_when_somebody_is_there_again() -> None:
    assert OFFICE.opens_next(at("2026-03-06 19:00")) == at("2026-03-09 09:00")
    assert OFFICE.opens_next(at("2026-03-09 07:00")) == at("2026-03-09 09:00")
    assert OFFICE.opens_next(at("2026-03-09 10:00")) == at("2026-03-09 10:00")
    assert Hours().opens_next(at("2026-03-09 10:00")) is None
