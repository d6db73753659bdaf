"""Service hours with the days ahead as they come out, special days, and who is on duty."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.views import ChangeList

from routing.admin.announcing import AnnouncingAdmin
from routing.admin.files import WithFiles
from routing.hours import known_years
from routing.models import Duty, Holiday, Interval, Schedule
from routing.resources import HolidayResource
from routing.rulebook import read_hours

DAYS_SHOWN = 21


class IntervalInline(TabularInline):
    model = Interval
    extra = 0
    hide_title = True
    fields = ("weekday", "starts", "ends")


class ScheduleChangeList(ChangeList):
    """Every schedule with its hours, read once."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        hours, now = read_hours(), timezone.now()
        self.result_list = list(self.result_list)
        for schedule in self.result_list:
            schedule.is_open_now = hours[schedule.pk].is_open(now)


@admin.register(Schedule)
class ScheduleAdmin(AnnouncingAdmin):
    list_display = ("name", "show_now", "show_week", "follows_public_holidays", "show_channels")
    search_fields = ("name",)
    inlines = (IntervalInline,)
    readonly_fields = ("preview",)
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": (("name", "time_zone"), "follows_public_holidays")}),
        (_("The days ahead"), {"fields": ("preview",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        return super().get_queryset(request).prefetch_related("intervals", "channels")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ScheduleChangeList]:
        return ScheduleChangeList

    @display(description=_("open now"), boolean=True)
    def show_now(self, schedule: Any) -> bool:
        return schedule.is_open_now

    @display(description=_("in a week"))
    def show_week(self, schedule: Schedule) -> str:
        return _in_words(list(schedule.intervals.all()))

    @display(description=_("channels"))
    def show_channels(self, schedule: Schedule) -> str:
        return "、".join(channel.name for channel in schedule.channels.all()) or "—"

    @display(description=_("next three weeks"))
    def preview(self, schedule: Schedule) -> SafeString | str:
        """Every day as it will be, and honest words where the public calendar is not known yet."""
        if not schedule.pk:
            return str(_("Save first: the days appear here."))
        hours = read_hours()[schedule.pk]
        today = hours.local(timezone.now()).date()
        days = [hours.day(today + timedelta(days=offset)) for offset in range(DAYS_SHOWN)]
        context = {
            "days": days,
            "last_year": known_years()[-1],
            "follows": schedule.follows_public_holidays,
            "is_unknown": any(day.source == "unknown_year" for day in days),
        }
        return render_to_string("admin/routing/days.html", context)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.channels.exists():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Holiday)
class HolidayAdmin(WithFiles, AnnouncingAdmin):
    resource_classes = (HolidayResource,)
    list_display = ("day", "name", "is_open", "starts", "ends", "show_schedule")
    list_filter = ("is_open", "schedule")
    list_select_related = ("schedule",)
    search_fields = ("name",)
    date_hierarchy = "day"
    fields = ("day", "name", "is_open", ("starts", "ends"), "schedule")

    @display(description=_("service hours"))
    def show_schedule(self, holiday: Holiday) -> str:
        return holiday.schedule.name if holiday.schedule else str(_("All"))


@admin.register(Duty)
class DutyAdmin(AnnouncingAdmin):
    list_display = ("user", "show_weekday", "starts", "ends", "first_day", "last_day")
    list_filter = ("weekday",)
    list_select_related = ("user",)
    fields = ("user", "weekday", ("starts", "ends"), ("first_day", "last_day"))

    @display(description=_("weekday"), ordering="weekday")
    def show_weekday(self, duty: Duty) -> str:
        return duty.get_weekday_display() if duty.weekday is not None else str(_("Every day"))


def _in_words(intervals: list[Interval]) -> str:
    """Such as 周一 09:00–18:00, one after the other; the first few."""
    texts = [str(interval) for interval in intervals[:7]]
    return "，".join(texts) + (" …" if len(intervals) > len(texts) else "") or "—"
