"""Where it is what time: a channel's service hours name its zone, else the shop's."""

from zoneinfo import ZoneInfo

from django.conf import settings

from routing.models import Channel


def zone_of(channel: Channel) -> ZoneInfo:
    """The time zone of a channel; needs `schedule` selected."""
    return ZoneInfo(channel.schedule.time_zone if channel.schedule else settings.TIME_ZONE)
