"""One row in the forms of two people, or in two tabs: who saves later is told that somebody was faster."""

from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from cs_platform.text import row_number

OPENED_AT = "opened_at_change"  # the newest change of the row when the form was opened; rendered by change_form.html


class TellsOfChanges:
    """For a form: sent once more, it is meant, and writes over what the other one stored."""

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        opened, newest = row_number(self.data.get(OPENED_AT)), newest_change(self.instance)  # type: ignore[attr-defined]
        if opened is not None and newest is not None and newest.pk > opened:
            text = _("%(name)s has saved this meanwhile. Look at it in another window; saving again replaces it.")
            self.add_error(None, text % {"name": newest.user})  # type: ignore[attr-defined]
        return cleaned


class MeanwhileAdmin(ModelAdmin):
    """For rows that are edited as a whole, where the second of two forms would quietly undo the first."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        return type(form)(form.__name__, (TellsOfChanges, form), {}) if change else form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if obj is not None:
            newest = newest_change(obj)
            context |= {"opened_at_change": newest.pk if newest else 0}
        response: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        return response


def newest_change(row: Model) -> LogEntry | None:
    """The newest change of a stored row in the back office."""
    if row.pk is None:
        return None
    kind = ContentType.objects.get_for_model(row)
    rows = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).select_related("user")
    return rows.order_by("-pk").first()
