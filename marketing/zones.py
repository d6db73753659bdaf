"""Where it is what time: a channel's service hours name its zone, else the shop's."""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from marketing.quiet import quiet_until
from routing.models import Channel


def zone_of(channel: Channel) -> ZoneInfo:
    """The time zone of a channel; needs `schedule` selected."""
    return ZoneInfo(channel.schedule.time_zone if channel.schedule else settings.TIME_ZONE)


def quiet_everywhere_until(
    channels: Iterable[Channel], start: time | None, end: time | None, now: datetime
) -> datetime | None:
    """When the first of these channels may be written to again; None while one of them may be."""
    ends = [quiet_until(now, start, end, zone_of(channel)) for channel in channels]
    return min(filter(None, ends)) if ends and all(ends) else None
