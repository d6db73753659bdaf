"""Who is woken: silent, still there, still with the AI, within limits."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from marketing.waking import Later, Silence, Wake, WakingRule, choose_wake_up

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENED = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)  # noon in Shanghai
GREET = WakingRule(1, after_talking=False, seconds=30)
FOLLOW_UP = WakingRule(2, after_talking=True, seconds=120)
SILENT = Silence(since=OPENED, has_talked=False, is_with_ai=True, is_answered=True, is_present=True, has_contact=False)
TALKED = replace(SILENT, has_talked=True)


def choose(silence: Silence, seconds: int, *rules: WakingRule) -> Wake | Later | None:
    return choose_wake_up(silence, rules or (GREET, FOLLOW_UP), OPENED + timedelta(seconds=seconds), SHANGHAI)


def test_after_thirty_seconds_of_silence() -> None:
    assert choose(SILENT, 29) == Later(OPENED + timedelta(seconds=30))
    assert choose(SILENT, 30) == Wake(1)


def test_who_talked_and_left_no_contact_is_followed_up() -> None:
    assert choose(TALKED, 30) == Later(OPENED + timedelta(seconds=120))
    assert choose(TALKED, 120) == Wake(2)


@pytest.mark.parametrize(
    "changed",
    [
        {"is_with_ai": False},
        {"is_answered": False},
        {"is_present": False},
        {"has_opted_out": True},
        {"fired": frozenset({1})},
        {"counts": {1: 1}},
    ],
)
def test_who_is_left_alone(changed: dict[str, object]) -> None:
    assert choose(replace(SILENT, **changed), 60) is None


def test_who_left_contact_is_not_followed_up() -> None:
    assert choose(replace(TALKED, has_contact=True), 200) is None


def test_the_second_of_two_fits_when_the_first_has_spoken() -> None:
    later = WakingRule(3, after_talking=False, seconds=90)
    assert choose(replace(SILENT, fired=frozenset({1})), 40, GREET, later) == Later(OPENED + timedelta(seconds=90))
    assert choose(replace(SILENT, fired=frozenset({1})), 95, GREET, later) == Wake(3)


def test_outside_its_hours_a_trigger_is_silent() -> None:
    evening = replace(GREET, hours_from=time(18), hours_until=time(22))
    assert choose(SILENT, 60, evening) is None
    assert choose(SILENT, 60, replace(evening, hours_from=time(11), hours_until=time(13))) == Wake(1)
