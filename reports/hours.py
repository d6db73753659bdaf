"""Hours as numbers: an episode is counted in an hour since 1970, a day of the shop is a run of such hours. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

Run = tuple[int, int]  # from this hour up to, not including, that one


def hour_of(moment: datetime) -> int:
    return (moment - EPOCH) // HOUR


def moment_of(hour: int) -> datetime:
    """When an hour begins, on the shop's clock."""
    return timezone.localtime(EPOCH + hour * HOUR)


def day_of(hour: int) -> date:
    return moment_of(hour).date()


def hours_of_day(day: date) -> Run:
    """The hours of one day on the shop's clock; 23 or 25 where clocks change."""
    return _first_hour(day), _first_hour(day + timedelta(days=1))


def hours_of_days(start: date, end: date) -> Run:
    """From the first hour of `start` to the last one of `end`."""
    return _first_hour(start), _first_hour(end + timedelta(days=1))


def each_day(start: date, end: date) -> Iterator[date]:
    for number in range((end - start).days + 1):
        yield start + timedelta(days=number)


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def joined(runs: Iterable[Run]) -> list[Run]:
    """Runs in order, those that touch made one."""
    result: list[Run] = []
    for start, end in sorted(runs):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _first_hour(day: date) -> int:
    midnight = timezone.make_aware(datetime.combine(day, time()))
    return hour_of(midnight)
