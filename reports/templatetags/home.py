"""How the home page writes durations and shares."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def short_duration(duration: timedelta) -> str:
    """Seconds below a minute, minutes below an hour, then hours and minutes: what matters about a wait."""
    seconds = max(0, int(duration.total_seconds()))
    if seconds < 60:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < 3600:
        return _("%(minutes)s min") % {"minutes": seconds // 60}
    return _("%(hours)s h %(minutes)s min") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}


@register.filter
def share_of(part: int, whole: int) -> str:
    """The part in per cent of the whole."""
    return f"{100 * part / whole:.0f} %" if whole else "—"
