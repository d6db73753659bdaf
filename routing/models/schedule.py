"""Service hours: by weekday, with public holidays and the shop's own exceptions; and who is on duty outside them."""

import zoneinfo
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


def default_time_zone() -> str:
    return settings.TIME_ZONE


def is_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone of this name."))


class Schedule(models.Model):
    """The hours in which persons answer."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default=default_time_zone, validators=[is_time_zone])
    follows_public_holidays = models.BooleanField(
        _("keeps China's public holidays"),
        default=True,
        help_text=_("Closed on public holidays, open on the weekend days that make up for them."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("service hours")
        verbose_name_plural = _("service hours")

    def __str__(self) -> str:
        return self.name


class Interval(models.Model):
    """From when until when on one day of the week; a day may have several."""

    schedule = models.ForeignKey(
        Schedule, on_delete=models.CASCADE, related_name="intervals", verbose_name=_("service hours")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"), help_text=_("00:00 stands for midnight at the end of the day."))

    class Meta:
        ordering = ["weekday", "starts"]
        verbose_name = _("opening period")
        verbose_name_plural = _("opening periods")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"

    def clean(self) -> None:
        if self.starts and self.ends and self.ends.hour + self.ends.minute and self.ends <= self.starts:
            raise ValidationError({"ends": _("Must be later than the beginning.")})


class Holiday(models.Model):
    """A day that differs from the public calendar or from the week; what is written here wins."""

    day = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    is_open = models.BooleanField(
        _("open on this day"), default=False, help_text=_("On: a working day. Off: closed all day.")
    )
    starts = models.TimeField(_("from"), null=True, blank=True, help_text=_("Empty: the hours of a working day."))
    ends = models.TimeField(_("until"), null=True, blank=True)
    schedule = models.ForeignKey(
        Schedule,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="holidays",
        verbose_name=_("service hours"),
        help_text=_("Empty: for all service hours."),
    )

    class Meta:
        ordering = ["-day"]
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.UniqueConstraint(fields=["schedule", "day"], name="special_day_once_per_schedule"),
            models.UniqueConstraint(
                fields=["day"],
                condition=Q(schedule=None),
                name="special_day_once_for_all",
                violation_error_message=_("This day is there already for all service hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()

    def clean(self) -> None:
        if (self.starts is None) != (self.ends is None):
            raise ValidationError(_("Give both times, or neither."))
        if self.starts is not None and self.ends is not None and self.ends <= self.starts:
            raise ValidationError({"ends": _("Must be later than the beginning.")})


class Duty(models.Model):
    """Who is called for urgent matters outside service hours."""

    user: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duties", verbose_name=_("person")
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), choices=Weekday.choices, null=True, blank=True, help_text=_("Empty: every day.")
    )
    starts = models.TimeField(_("from"), help_text=_("Until an earlier time means: until the next day."))
    ends = models.TimeField(_("until"))
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        ordering = [F("weekday").asc(nulls_first=True), "starts"]
        verbose_name = _("duty")
        verbose_name_plural = _("on duty")

    def __str__(self) -> str:
        return f"{self.user} {self.starts:%H:%M}–{self.ends:%H:%M}"

    def clean(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("Must not be before the first day.")})
