"""Filters of the back office that know the tree of topics."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from cs_platform.text import row_number
from kb.categories import categories_by_path
from kb.models import Entry

NONE = "none"


class CareFilter(DropdownFilter):
    """What needs somebody's care."""

    title = _("care")
    parameter_name = "care"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Iterable[tuple[str, Any]]:
        return [
            ("review", _("to be reviewed")),
            ("expiring", _("about to expire")),
            ("expired", _("expired")),
            ("mine", _("mine")),
            ("nobody", _("without owner")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        known = {
            "review": Entry.objects.due_for_review(now),
            "expiring": Entry.objects.expiring(now),
            "expired": Entry.objects.expired(now),
            "mine": Entry.objects.kept().filter(owner=request.user.pk),
            "nobody": Entry.objects.kept().filter(owner__isnull=True),
        }
        wanted = known.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(pk__in=wanted.values("pk"))


class CategoryFilter(DropdownFilter):
    """One topic with everything below it."""

    title = _("category")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> Iterable[tuple[str, str]]:
        # A tree in a drop-down: children are indented below their parent.
        paths = sorted(categories_by_path().items())
        topics = [(str(category.pk), "\u3000" * (len(path) - 1) + path[-1]) for path, category in paths]
        return [(NONE, str(_("Without category"))), *topics]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == NONE:
            return queryset.filter(category__isnull=True)
        if (number := row_number(value)) is None:
            return queryset
        return queryset.filter(Q(category=number) | Q(category__parent=number) | Q(category__parent__parent=number))
