"""The tree of topics in the back office: three levels, moved by cut and paste."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from tree_queries.admin import TreeAdmin, TreeChangeList
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList

from kb.models import Category, Entry
from kb.models.category import LEVELS_MAX


class CategoryChangeList(TreeChangeList, ChangeList):
    """The whole tree on one page, every topic with the number of entries in it and below it."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        own = Counter(dict(Entry.objects.order_by().values_list("category").annotate(Count("pk"))))
        total = Counter(own)
        topics = list(self.result_list)
        for topic in sorted(topics, key=lambda topic: -topic.tree_depth):
            total[topic.parent_id] += total[topic.pk]
        for topic in topics:
            topic.entry_count = total[topic.pk]
        self.result_list = topics


@admin.register(Category)
class CategoryAdmin(TreeAdmin, ModelAdmin):
    list_display = ("collapse_column", "indented_title", "show_count", "move_column")
    position_field = "position"
    list_per_page = list_max_show_all = 2000
    search_fields = ("name",)
    fields = ("name", "parent")
    autocomplete_fields = ("parent",)

    class Media:
        css = {"all": ["kb/category_tree.css"]}
        js = ("kb/category_tree.js",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CategoryChangeList]:
        return CategoryChangeList

    def tree_admin_context(self, request: HttpRequest) -> dict[str, Any]:
        return {"initiallyCollapseDepth": 2}

    def move_node_view(self, request: HttpRequest) -> HttpResponse:
        # The package checks only that somebody may enter the back office.
        if not self.has_change_permission(request):
            raise PermissionDenied
        return super().move_node_view(request)

    def is_valid_move(
        self, request: HttpRequest, node: Category, *, parent: Category | None, after: Category | None
    ) -> bool:
        """Whether the moved topic and all below it still fit into three levels."""
        depth = parent.ancestors(include_self=True).count() if parent else 0
        return depth + _height(node) <= LEVELS_MAX

    @display(description=_("entries"))
    def show_count(self, topic: Category) -> str:
        url = reverse("admin:kb_entry_changelist")
        return format_html('<a href="{}?topic={}">{}</a>', url, topic.pk, topic.entry_count)

    @display(description=_("category"))
    def indented_title(self, instance: Category, *, ellipsize: bool = False) -> str:
        return super().indented_title(instance, ellipsize=ellipsize)


def _height(node: Category) -> int:
    """The number of levels of a topic and what is below it."""
    children = Category.objects.filter(parent=node)
    if not children.exists():
        return 1
    return 3 if Category.objects.filter(parent__in=children).exists() else 2
