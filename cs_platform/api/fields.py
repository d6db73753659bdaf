"""Fields of bodies that take what their type takes, and nothing that fails later."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cs_platform.moments import is_plausible


class MomentField(serializers.DateTimeField):
    """A time; without an offset it is the shop's."""

    default_error_messages = {"implausible": _("A time is expected, such as 2026-11-27T09:30:00+08:00.")}

    def enforce_timezone(self, value: datetime) -> datetime:
        if not is_plausible(value):  # asked before the clock is changed: that overflows at either end
            self.fail("implausible")
        return super().enforce_timezone(value)


@extend_schema_field({"type": "string", "pattern": r"^\d{2}:\d{2}(:\d{2})?$", "example": "21:00:00"})
class ClockField(serializers.TimeField):
    """A time of day, of the shop's clock. The schema's format `time` would ask for an offset."""


class ChosenField(serializers.ChoiceField):
    """One of these, or nothing; to read."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, allow_blank=True, read_only=True, **kwargs)
