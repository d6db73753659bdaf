"""Who is on duty when something urgent comes."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cs_platform.models import User
from routing.duty import people_on_duty
from routing.models import Duty

pytestmark = pytest.mark.django_db


def on_duty(moment: str) -> list[int]:
    return people_on_duty(datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai")))


def test_by_day_and_time(agent: User) -> None:
    Duty.objects.create(user=agent, weekday=0, starts=time(9), ends=time(12))
    assert on_duty("2026-03-02 09:00") == [agent.pk]
    assert on_duty("2026-03-02 12:00") == on_duty("2026-03-03 10:00") == []


def test_a_night_goes_on_into_the_next_morning(agent: User) -> None:
    Duty.objects.create(user=agent, weekday=0, starts=time(18), ends=time(9), last_day=date(2026, 3, 2))
    assert on_duty("2026-03-02 23:00") == on_duty("2026-03-03 08:59") == [agent.pk]
    assert on_duty("2026-03-03 09:00") == on_duty("2026-03-02 08:00") == on_duty("2026-03-09 23:00") == []


def test_every_day_from_a_first_day_on(agent: User) -> None:
    Duty.objects.create(user=agent, starts=time(0), ends=time(23, 59), first_day=date(2026, 3, 2))
    assert on_duty("2026-03-01 10:00") == []
    assert on_duty("2026-03-08 10:00") == [agent.pk]


def test_somebody_who_left_is_not_called_and_nobody_twice(agent: User, agent2: User) -> None:
    for user in (agent, agent2, agent2):
        Duty.objects.create(user=user, starts=time(0), ends=time(23, 59))
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert on_duty("2026-03-01 10:00") == [agent2.pk]
