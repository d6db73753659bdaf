"""Pages whose every change must be seen by all processes at once."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from cs_platform.admin.meanwhile import MeanwhileAdmin
from routing.services import announce_rules


class AnnouncingAdmin(MeanwhileAdmin):
    """Tells after each write, and after the rows that belong to it, that rules or hours have changed."""

    def announce(self) -> None:
        announce_rules()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.announce()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        self.announce()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        self.announce()
