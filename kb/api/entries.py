"""REST: knowledge entries."""

from typing import Any, cast

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cs_platform.api.router import router
from cs_platform.api.views import ApiViewSet, CreateRow, DeleteRow, ListRows, RetrieveRow, UpdateRow, Values
from cs_platform.models import User
from kb.categories import categories_by_path
from kb.models import Category, Entry
from kb.models.category import PATH_SEPARATOR
from kb.models.entry import lines
from kb.rows import PHRASINGS_MAX, QUESTION_CHARACTERS_MAX
from kb.services import delete_entries, save_entry

PUBLISH = "knowledge:publish"


class LinesField(serializers.ListField):
    """Texts of one line each; kept one below the other."""

    child = serializers.CharField(max_length=QUESTION_CHARACTERS_MAX)

    def to_representation(self, data: Any) -> list[str]:
        return lines(data)

    def to_internal_value(self, data: Any) -> Any:
        return "\n".join(" ".join(text.split()) for text in super().to_internal_value(data))


class EntrySerializer(serializers.ModelSerializer[Entry]):
    variants = LinesField(read_only=True)
    related = LinesField(read_only=True)
    category_path = serializers.SerializerMethodField()

    class Meta:
        model = Entry
        fields = (
            *("id", "question", "variants", "answer", "related", "handoff", "is_verbatim", "category"),
            *("category_path", "status", "external_id", "is_sample", "created_at", "updated_at"),
        )

    def get_category_path(self, entry: Entry) -> str:
        return self.context["view"].paths.get(entry.category_id, "")


class EntryInput(serializers.Serializer):
    """An entry. `handoff`: "always", "words: broken, allergy", or a note for agents."""

    question = serializers.CharField(max_length=QUESTION_CHARACTERS_MAX)
    variants = LinesField(max_length=PHRASINGS_MAX, required=False)
    answer = serializers.CharField(max_length=20_000)
    related = LinesField(max_length=20, required=False)
    handoff = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    is_verbatim = serializers.BooleanField(required=False)
    category = serializers.PrimaryKeyRelatedField(queryset=Category.objects.all(), required=False, allow_null=True)
    status = serializers.ChoiceField(
        Entry.Status.choices, required=False, help_text="`published` needs knowledge:publish"
    )
    external_id = serializers.CharField(max_length=100, required=False, allow_null=True)


class EntryFilter(django_filters.FilterSet):
    category = django_filters.NumberFilter(method="by_category", label="a category with everything below it")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte")
    search = django_filters.CharFilter(method="by_words")

    class Meta:
        model = Entry
        fields = ("status", "external_id", "is_sample")

    def by_category(self, rows: QuerySet[Entry], name: str, value: Any) -> QuerySet[Entry]:
        return rows.filter(Q(category=value) | Q(category__parent=value) | Q(category__parent__parent=value))

    def by_words(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return rows.filter(Q(question__icontains=value) | Q(variants__icontains=value) | Q(answer__icontains=value))


class EntryViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, DeleteRow, ApiViewSet):
    """Knowledge: what customers ask and what they are told. Whatever changes what customers see needs the scope
    knowledge:publish as well."""

    scope = "knowledge"
    scope_title = _("Knowledge")
    personal_scopes = {PUBLISH: _("Publish knowledge")}
    queryset = Entry.objects.all()
    serializer_class = EntrySerializer
    input_class = EntryInput
    filterset_class = EntryFilter

    @cached_property
    def paths(self) -> dict[int, str]:
        return {category.pk: PATH_SEPARATOR.join(path) for path, category in categories_by_path().items()}

    def create_row(self, values: Values) -> Model:
        return self._save(Entry(), values)

    def update_row(self, row: Entry, values: Values) -> Model:
        return self._save(row, values)

    def delete_row(self, row: Entry) -> None:
        self._check_may_touch(row.status)
        delete_entries([row])

    def _save(self, entry: Entry, values: Values) -> Entry:
        self._check_may_touch(entry.status, values.get("status", entry.status))
        for name, value in values.items():
            setattr(entry, name, value)
        entry.is_sample = False  # what the shop's own system brings is the shop's
        return save_entry(entry, by=cast(User, self.request.user), is_approved=self.may(PUBLISH))

    def _check_may_touch(self, *statuses: str) -> None:
        if Entry.Status.PUBLISHED in statuses and not self.may(PUBLISH):
            raise PermissionDenied


router.register("knowledge/entries", EntryViewSet)
