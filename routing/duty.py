"""Who is called for urgent matters outside service hours."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from routing.models import Duty


def people_on_duty(at: datetime) -> list[int]:
    """The numbers of the users who are on duty at this moment, in the shop's time zone."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    rows = Duty.objects.filter(
        Q(first_day=None) | Q(first_day__lte=today), Q(last_day=None) | Q(last_day__gte=yesterday), user__is_active=True
    )
    found = [duty.user_id for duty in rows.order_by("pk") if _covers(duty, local)]
    return list(dict.fromkeys(found))


def _covers(duty: Duty, local: datetime) -> bool:
    """A duty that ends earlier than it starts goes on into the next morning, which belongs to its first day."""
    today, clock = local.date(), local.time()
    yesterday = today - timedelta(days=1)
    if duty.starts < duty.ends:
        return _is_on(duty, today) and duty.starts <= clock < duty.ends
    return (_is_on(duty, today) and clock >= duty.starts) or (_is_on(duty, yesterday) and clock < duty.ends)


def _is_on(duty: Duty, day: date) -> bool:
    in_range = (not duty.first_day or duty.first_day <= day) and (not duty.last_day or day <= duty.last_day)
    return in_range and duty.weekday in (None, day.weekday())
