"""Pages by cursor: stable while rows are added, and as quick at the end as at the beginning."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class CursorPages(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    page_size_query_description = _("Rows in a page; 50 when it is left out, 200 at most.")
    cursor_query_description = _("Where the page begins. Do not make one: follow `next` and `previous`.")

    def get_ordering(self, request: Request, queryset: QuerySet, view: Any) -> tuple[str, ...]:
        self._placed_by = queryset.model._meta.get_field(view.ordering[0].lstrip("-"))
        return tuple(view.ordering)

    def get_page_size(self, request: Request) -> int:
        """As many rows as were asked for, within what a page may have."""
        asked = request.query_params.get(self.page_size_query_param, "")
        if asked and not (asked.isascii() and asked.isdecimal()):
            raise serializers.ValidationError({self.page_size_query_param: [gettext("A number is expected.")]})
        return super().get_page_size(request)

    def decode_cursor(self, request: Request) -> Any:
        """A cursor that we gave: DRF takes any text for a place, and the database stumbles over it."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            try:
                self._placed_by.to_python(cursor.position)
            except ValidationError as error:
                raise NotFound(self.invalid_cursor_message) from error
        return cursor
