"""Hours in which nobody is written to without having asked. Pure: the time and the zone are arguments."""

from datetime import datetime, time, timedelta, tzinfo


def is_within(moment: time, start: time | None, end: time | None) -> bool:
    """Whether a time of day lies in [start, end), over midnight if need be; never when a bound is missing."""
    if start is None or end is None or start == end:
        return False
    if start < end:
        return start <= moment < end
    return moment >= start or moment < end


def quiet_until(now: datetime, start: time | None, end: time | None, zone: tzinfo) -> datetime | None:
    """When the quiet hours that hold at `now` end, or None when it is not quiet."""
    local = now.astimezone(zone)
    if not is_within(local.time(), start, end):
        return None
    assert end is not None
    until = datetime.combine(local.date(), end, zone)
    return until if until > local else datetime.combine(local.date() + timedelta(days=1), end, zone)
