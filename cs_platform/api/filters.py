"""What a list may be asked for. A word that it does not know is refused: passed over, it would show rows that nobody
asked for, and a program takes them for what it asked."""

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
TRUTHS = ("true", "false", "1", "0")


class Filters(DjangoFilterBackend):
    """Filters of a list, and nothing else in its address."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        if view.action == "list":
            filterset = self.get_filterset(request, queryset, view)
            refuse_unknown(request, filterset.filters if filterset else ())
            _refuse_vague(request, filterset)
        return super().filter_queryset(request, queryset, view)


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Raise a problem that names each parameter that is none of these, nor one of the pages."""
    if unknown := set(request.query_params) - set(known) - set(OF_PAGES):
        offered = ", ".join(sorted([*known, *OF_PAGES]))
        text = gettext("There is no such parameter. This list takes: %(names)s.") % {"names": offered}
        raise ValidationError({name: [text] for name in sorted(unknown)}, code="unknown_parameter")


def _refuse_vague(request: Request, filterset: FilterSet | None) -> None:
    """A truth that is neither: the form would take it for "does not matter"."""
    filters = filterset.filters if filterset else {}
    for name, one in filters.items():
        value = request.query_params.get(name, "").lower()
        if isinstance(one, BooleanFilter) and value and value not in TRUTHS:
            raise ValidationError({name: [gettext("It is either true or false.")]})
