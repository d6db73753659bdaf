"""REST: knowledge entries."""

from collections.abc import Sequence
from typing import Any, cast

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.errors import Conflict
from cs_platform.api.fields import MomentField
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import CreateRow, DeleteRow, ListRows, RetrieveRow, UpdateRow, Values
from cs_platform.models import User
from kb.api.gate import OVERRIDE, GatedViewSet
from kb.api.overlaps import Overlapping, OverlapWarning, warnings_of
from kb.categories import categories_by_path
from kb.models import Category, Entry, Product
from kb.models.category import PATH_SEPARATOR
from kb.models.entry import lines
from kb.offers import channel_names
from kb.overlaps import Overlap
from kb.rows import PHRASINGS_MAX, QUESTION_CHARACTERS_MAX
from kb.services import delete_entries, save_entry
from kb.services.entries import product_ids_of
from kb.services.gate import passing
from kb.services.history import StaleEntry
from kb.services.overlaps import overlaps_of, settle_overlaps

PUBLISH = "knowledge:publish"
NOT_STORED = {"products", "version", "override_reason", "overlap_reason", "refuse_overlaps"}  # of the body


class LinesField(serializers.ListField):
    """Texts of one line each; kept one below the other."""

    child = serializers.CharField(max_length=QUESTION_CHARACTERS_MAX)

    def to_representation(self, data: Any) -> list[str]:
        return lines(data)

    def to_internal_value(self, data: Any) -> Any:
        return "\n".join(" ".join(text.split()) for text in super().to_internal_value(data))


class StagesField(serializers.ListField):
    """Stages of buying."""

    child = serializers.ChoiceField(Entry.Stage.choices)

    def to_representation(self, data: Any) -> list[str]:
        return lines(data.replace(",", "\n"))

    def to_internal_value(self, data: Any) -> Any:
        return ",".join(dict.fromkeys(super().to_internal_value(data)))


class EntrySerializer(serializers.ModelSerializer[Entry]):
    variants = LinesField(read_only=True, help_text=_("Other ways in which customers ask it."))
    related = LinesField(
        read_only=True, help_text=_("Standard questions of other entries, which are offered below the answer.")
    )
    category_path = serializers.SerializerMethodField(help_text=_("The category from the top: 一级/二级/三级."))
    channels = LinesField(read_only=True, help_text=_("Keys or kinds of channels; none: every one."))
    stages = StagesField(read_only=True, help_text=_("By the customer's latest order; none: every one."))
    products = serializers.SlugRelatedField(
        "sku", many=True, read_only=True, help_text=_("SKUs that it is about; none: all.")
    )
    owner = serializers.SlugRelatedField("username", read_only=True, allow_null=True)

    class Meta:
        model = Entry
        fields = (
            *("id", "question", "variants", "answer", "related", "handoff", "is_verbatim", "category"),
            *("category_path", "status", "match_mode", "valid_from", "valid_until", "channels", "stages", "products"),
            *("owner", "review_by", "external_id", "is_sample", "version", "created_at", "updated_at"),
        )

    def get_category_path(self, entry: Entry) -> str:
        return self.context["view"].paths.get(entry.category_id, "")


class StoredEntrySerializer(EntrySerializer):
    """The reply to a write."""

    warnings = OverlapWarning(many=True, read_only=True, help_text="Published entries that answer the same")

    class Meta:
        model = Entry
        fields = (*EntrySerializer.Meta.fields, "warnings")


@example(
    {
        "question": "能开发票吗",
        "variants": ["可以开票吗", "发票怎么开"],
        "answer": "可以，下单时填写抬头即可。",
        "external_id": "faq-12",
    }
)
class EntryInput(serializers.Serializer):
    """An entry.

    `handoff`: one case per line, such as `always`, `words: broken, allergy + amount over: 500`, `level: vip`,
    `asked: 2`, `outside hours`, `upset`; other lines are notes for agents. `channels` are keys or kinds, `products`
    SKUs; what is left empty applies to all. `version`, when given, must be the entry's present one, else nothing is
    stored (409).
    """

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
    match_mode = serializers.ChoiceField(Entry.MatchMode.choices, required=False)
    valid_from = MomentField(required=False, allow_null=True)
    valid_until = MomentField(required=False, allow_null=True)
    channels = LinesField(max_length=50, required=False)
    stages = StagesField(required=False)
    products = serializers.SlugRelatedField("sku", many=True, queryset=Product.objects.all(), required=False)
    owner = serializers.SlugRelatedField(
        "username", queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    review_by = serializers.DateField(required=False, allow_null=True)
    external_id = serializers.CharField(max_length=100, required=False, allow_null=True)
    version = serializers.IntegerField(required=False, min_value=0)
    overlap_reason = serializers.CharField(
        max_length=300,
        required=False,
        help_text="Why it is published beside others that answer the same; kept with the pair, which is settled then",
    )
    refuse_overlaps = serializers.BooleanField(
        required=False,
        help_text="Store nothing (409, code `overlaps`) where others answer the same and no reason is given",
    )
    override_reason = serializers.CharField(
        max_length=1_000,
        required=False,
        help_text="Publish although golden questions become worse; needs knowledge:override",
    )

    def validate_channels(self, channels: str) -> str:
        """A misspelt channel would keep the entry from everybody, and nobody would know."""
        known = channel_names()
        if unknown := [name for name in lines(channels) if name not in known]:
            names = ", ".join(unknown)
            raise serializers.ValidationError(
                gettext("No channel and no kind is called so: %(names)s.") % {"names": names}
            )
        return channels


class EntryFilter(django_filters.FilterSet):
    category = django_filters.NumberFilter(method="by_category", label="a category with everything below it")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte")
    search = django_filters.CharFilter(method="by_words")

    class Meta:
        model = Entry
        fields = ("status", "external_id", "is_sample", "owner", "match_mode")

    def by_category(self, rows: QuerySet[Entry], name: str, value: Any) -> QuerySet[Entry]:
        return rows.filter(Q(category=value) | Q(category__parent=value) | Q(category__parent__parent=value))

    def by_words(self, rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return rows.filter(Q(question__icontains=value) | Q(variants__icontains=value) | Q(answer__icontains=value))


class EntryViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, DeleteRow, GatedViewSet):
    """Knowledge: what customers ask and what they are told. Whatever changes what customers see needs the scope
    knowledge:publish as well. When golden questions would become worse, nothing is stored: the reply is a 409 with
    the code publish_blocked and the questions; the scope knowledge:override allows an override_reason. What is
    published although another entry answers the same is stored, and named in the reply's `warnings` and on the page of
    overlaps."""

    scope = "knowledge"
    scope_title = _("Knowledge")
    personal_scopes = {PUBLISH: _("Publish knowledge"), OVERRIDE: _("Publish in spite of golden questions")}
    queryset = Entry.objects.select_related("owner").prefetch_related("products")
    serializer_class = EntrySerializer
    input_class = EntryInput
    filterset_class = EntryFilter

    @cached_property
    def paths(self) -> dict[int, str]:
        return {category.pk: PATH_SEPARATOR.join(path) for path, category in categories_by_path().items()}

    found: Sequence[Overlap] = ()  # of the entry that this request publishes

    @extend_schema(responses={201: StoredEntrySerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    @extend_schema(responses=StoredEntrySerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().partial_update(request, *args, **kwargs)

    def show(self, row: Any, **options: Any) -> Any:
        return {**super().show(row, **options), "warnings": warnings_of(self.found)}

    def create_row(self, values: Values) -> Model:
        return self._save(Entry(), values)

    def update_row(self, row: Entry, values: Values) -> Model:
        return self._save(row, values)

    def delete_row(self, row: Entry) -> None:
        self._check_may_touch(row.status)
        delete_entries([row], by=cast(User, self.request.user))

    def _save(self, entry: Entry, values: Values) -> Entry:
        self._check_may_touch(entry.status, values.get("status", entry.status))
        reason = values.get("override_reason", "")
        if reason and not self.may(OVERRIDE):
            raise PermissionDenied
        if values.get("version", entry.version) != entry.version:
            raise Conflict(_("Somebody else stored another version of this entry."))
        self._refuse_taken(entry, values.get("external_id"))
        for name in values.keys() - NOT_STORED:
            setattr(entry, name, values[name])
        entry.is_sample = False  # what the shop's own system brings is the shop's
        self._look_for_overlaps(entry, values)
        try:
            by = cast(User, self.request.user)
            with passing(reason=reason, may_override=self.may(OVERRIDE)):
                save_entry(entry, by=by, is_approved=self.may(PUBLISH), products=values.get("products"))
        except StaleEntry as error:
            raise Conflict(_("Somebody else stored another version of this entry.")) from error
        settle_overlaps(entry, self.found, reason=values.get("overlap_reason", ""), by=by)
        return entry

    def _refuse_taken(self, entry: Entry, external_id: str | None) -> None:
        twin = Entry.objects.filter(external_id=external_id).exclude(pk=entry.pk).first() if external_id else None
        if twin is not None:
            text = gettext("Entry %(number)d has this external_id.") % {"number": twin.pk}
            raise Conflict(text, "external_id_taken")

    def _look_for_overlaps(self, entry: Entry, values: Values) -> None:
        """Samples do not count: they step aside for what the shop's own system brings."""
        if entry.status != Entry.Status.PUBLISHED or not entry.answer:
            return
        products = values.get("products")
        product_ids = product_ids_of(entry) if products is None else [product.pk for product in products]
        self.found = [one for one in overlaps_of(entry, product_ids) if not one.entry.is_sample]
        if self.found and values.get("refuse_overlaps") and not values.get("overlap_reason", "").strip():
            raise Overlapping(self.found)

    def _check_may_touch(self, *statuses: str) -> None:
        if Entry.Status.PUBLISHED in statuses and not self.may(PUBLISH):
            raise PermissionDenied


router.register("knowledge/entries", EntryViewSet)
