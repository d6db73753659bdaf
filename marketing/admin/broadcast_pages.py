"""The page of a broadcast that has begun: progress as it goes, what customers did, and the buttons to stop it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.models import User
from marketing.audience import channels_of, plan_of
from marketing.models import Broadcast, BroadcastRecipient
from marketing.results import Course, Effect, Progress, course_of, effect_of, progress_of, seconds_left
from marketing.services.broadcasts import (
    WrongStatus,
    cancel_broadcast,
    pause_broadcast,
    resume_broadcast,
    unschedule_broadcast,
)
from marketing.zones import quiet_everywhere_until

SEND = "marketing.send_broadcast"
BARS_MIN = 12  # so many fit into the frame of the chart, however few there are
MOVES: dict[str, Callable[..., Broadcast]] = {
    "pause": pause_broadcast,
    "resume": resume_broadcast,
    "cancel": cancel_broadcast,
    "unschedule": unschedule_broadcast,
}

Status = Broadcast.Status


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart; numbers are per cent of its frame."""

    x: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel."""

    label: str
    count: int
    share: float  # per cent of those written to


def result_page(model_admin: ModelAdmin, request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    """Look at it; a POST pauses, goes on, or ends it."""
    if not model_admin.has_view_permission(request, broadcast):
        raise PermissionDenied
    if request.method == "POST":
        return _move(request, broadcast)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": broadcast.name,
        "media": model_admin.media,
        **_figures(request, broadcast),
    }
    return TemplateResponse(request, "admin/marketing/broadcast.html", context)


def progress_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes while it runs."""
    broadcast = get_object_or_404(Broadcast.objects.select_related("segment", "card"), pk=pk)
    if not model_admin.has_view_permission(request, broadcast):
        raise PermissionDenied
    return TemplateResponse(request, "admin/marketing/broadcast_progress.html", _figures(request, broadcast))


def _move(request: HttpRequest, broadcast: Broadcast) -> HttpResponse:
    if "move" not in request.POST:  # the form of a draft, opened before it began
        messages.error(request, _("This broadcast has begun meanwhile. What you changed was not saved."))
        return redirect("admin:marketing_broadcast_change", broadcast.pk)
    move = MOVES.get(request.POST["move"])
    if move is None or not request.user.has_perm(SEND) or not isinstance(request.user, User):
        raise PermissionDenied
    try:
        move(broadcast, by=request.user)
    except WrongStatus:
        messages.error(request, _("This has changed meanwhile; look again."))
    return redirect("admin:marketing_broadcast_change", broadcast.pk)


def _figures(request: HttpRequest, broadcast: Broadcast) -> dict[str, Any]:
    progress = progress_of(broadcast)
    effect = effect_of(broadcast)
    course = course_of(broadcast)
    return {
        "broadcast": broadcast,
        "progress": progress,
        "left": duration(seconds_left(broadcast, progress)),
        "quiet_until": _quiet_until(broadcast) if broadcast.status == Status.RUNNING else None,
        "reasons": [(_reason(key), count) for key, count in progress.reasons.items()],
        "effect": effect,
        "funnel": funnel(progress, effect),
        "bars": bars(course),
        "course": course,
        "step": duration(round(course.step.total_seconds())),
        "course_end": course.start + course.step * max(len(course.counts), BARS_MIN) if course.start else None,
        "is_live": broadcast.status in (Status.SCHEDULED, Status.RUNNING),
        "may_send": request.user.has_perm(SEND),
    }


def _quiet_until(broadcast: Broadcast) -> datetime | None:
    channels = channels_of(plan_of(broadcast)).select_related("schedule")
    return quiet_everywhere_until(channels, broadcast.quiet_from, broadcast.quiet_until, timezone.now())


def bars(course: Course) -> list[Bar]:
    """The chart's bars, the highest as high as its frame."""
    if not course.counts or course.start is None:
        return []
    width, top = 100 / max(len(course.counts), BARS_MIN), max(course.counts)
    return [
        Bar(
            x=round(number * width, 3),
            width=round(width * 0.86, 3),
            height=round(count * 100 / top, 2),
            label=f"{timezone.localtime(course.start + number * course.step):%H:%M:%S} · {count}",
        )
        for number, count in enumerate(course.counts)
    ]


def funnel(progress: Progress, effect: Effect) -> list[Step]:
    """From those who were meant to those who bought."""
    steps = [
        (_("In the segment and reachable"), progress.total),
        (_("Sent"), progress.sent),
        (_("Read"), effect.read),
        (_("Answered"), effect.replied),
        (_("Ordered"), effect.ordered),
    ]
    whole = progress.total or 1
    return [Step(label, count, round(count * 100 / whole, 1)) for label, count in steps]


def duration(seconds: int) -> str:
    """A length of time in its largest unit that makes sense."""
    span = timedelta(seconds=seconds)
    if span < timedelta(minutes=2):
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    if span < timedelta(hours=2):
        minutes = round(seconds / 60)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = round(seconds / 3600)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def _reason(key: str) -> str:
    return str(dict(BroadcastRecipient.Reason.choices).get(key, key))
