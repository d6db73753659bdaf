"""What a list may be asked for.

Parameters that it does not know are passed over, as everywhere on the web, but the reply names them in a header: who
misspells a filter gets everybody's rows, and can see why.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django_filters import BooleanFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from cs_platform.api.pages import CursorPages

OF_PAGES = (CursorPages.cursor_query_param, CursorPages.page_size_query_param)
IGNORED_HEADER = "Ignored-Parameters"
HEADER_CHARACTERS_MAX = 500
TRUTHS = ("true", "false", "1", "0")


class Filters(DjangoFilterBackend):
    """Filters of a list."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        if view.action == "list":
            filterset = self.get_filterset(request, queryset, view)
            note_unknown(request, filterset.filters if filterset else ())
            _refuse_vague(request, filterset)
        return super().filter_queryset(request, queryset, view)


def note_unknown(request: Request, known: Collection[str]) -> None:
    """Keep the parameters that are none of these, nor of the pages; the reply names them in `IGNORED_HEADER`."""
    request.ignored_parameters = sorted(set(request.query_params) - set(known) - set(OF_PAGES))


def ignored_by(request: Any) -> str:
    """The value of `IGNORED_HEADER`; empty where nothing was passed over."""
    names: list[str] = getattr(request, "ignored_parameters", [])
    return ", ".join(name for name in names if name.isascii() and name.isprintable())[:HEADER_CHARACTERS_MAX]


def _refuse_vague(request: Request, filterset: FilterSet | None) -> None:
    """A truth that is neither: the form would take it for "does not matter"."""
    filters = filterset.filters if filterset else {}
    for name, one in filters.items():
        value = request.query_params.get(name, "").lower()
        if isinstance(one, BooleanFilter) and value and value not in TRUTHS:
            raise ValidationError({name: [gettext("It is either true or false.")]})
