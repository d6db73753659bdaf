"""Quiet hours, over midnight too, in the shop's own time."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from marketing.quiet import is_within, quiet_until

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("moment", "start", "end", "expected"),
    [
        (time(22), time(21), time(9), True),
        (time(3), time(21), time(9), True),
        (time(9), time(21), time(9), False),
        (time(12), time(12), time(14), True),
        (time(14), time(12), time(14), False),
        (time(12), None, time(14), False),
        (time(12), time(12), time(12), False),
    ],
)
def test_within(moment: time, start: time | None, end: time | None, expected: bool) -> None:
    assert is_within(moment, start, end) is expected


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 3, 1, 13, 30, tzinfo=UTC), datetime(2026, 3, 2, 1, 0, tzinfo=UTC)),  # 21:30 → 9:00 next day
        (datetime(2026, 3, 1, 18, 0, tzinfo=UTC), datetime(2026, 3, 2, 1, 0, tzinfo=UTC)),  # 2:00 → 9:00
        (datetime(2026, 3, 1, 4, 0, tzinfo=UTC), None),  # noon
    ],
)
def test_when_it_ends(now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, time(21), time(9), SHANGHAI) == until
