"""The form of an entry: nothing that was written gets lost, neither by a mistake nor by a colleague."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from kb.admin.fields import HandoffWidget, PhrasingsWidget, TickedField
from kb.admin.overlapping import Beside, beside
from kb.describing import Describer, FieldChange
from kb.entry_checks import check_entry, tidy_entry
from kb.models import Entry
from kb.offers import channel_choices
from kb.overlaps import Overlap as Found
from kb.services import find_same_question, same_question_text
from kb.services.history import products_of, take_snapshot
from kb.services.overlaps import overlaps_of


class EntryForm(forms.ModelForm):
    """An entry; a question that another entry already has is refused at the question itself.

    `base_version` is the version that was opened. When somebody stored another one meanwhile, the form says so and
    shows both; sending it once more puts one's own over it.
    """

    channels = TickedField(
        offered=channel_choices,
        separator="\n",
        label=capfirst(Entry._meta.get_field("channels").verbose_name),
        help_text=_("None ticked: every channel."),
    )
    stages = TickedField(
        offered=lambda: [(stage.value, str(stage.label)) for stage in Entry.Stage],
        separator=",",
        label=capfirst(Entry._meta.get_field("stages").verbose_name),
        help_text=Entry._meta.get_field("stages").help_text,
    )
    base_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    overlap_reason = forms.CharField(max_length=300, required=False)  # drawn in the warning, not among the fields

    class Meta:
        model = Entry
        fields = (
            *("question", "variants", "answer", "is_verbatim", "related", "handoff", "category", "status"),
            *("match_mode", "flow", "valid_from", "valid_until", "channels", "products", "stages"),
            *("owner", "review_by", "external_id"),
        )
        widgets = {
            "variants": PhrasingsWidget(attrs={"rows": 6}),
            "answer": UnfoldAdminTextareaWidget(attrs={"rows": 7}),
            "related": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "handoff": HandoffWidget(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: list[FieldChange] = []
        self.stored: Entry | None = None  # what somebody else made of it meanwhile
        self.overlaps: list[Found] = []
        self.beside: list[Beside] = []  # what the warning shows
        self.initial["base_version"] = self.instance.version
        for name in ("channels", "stages"):
            if isinstance(field := self.fields.get(name), TickedField):
                field.keep(getattr(self.instance, name))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("status") == Entry.Status.PUBLISHED and not self.cleaned_data.get("answer"):
            self.add_error("answer", _("Without an answer it cannot be published."))
        return cleaned

    def clean_external_id(self) -> str | None:
        return self.cleaned_data["external_id"] or None

    def _post_clean(self) -> None:
        """With the model's own checks: what the row as a whole could not do, and a question that is taken."""
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        tidy_entry(self.instance)
        try:
            check_entry(self.instance)
        except ValidationError as error:
            self.add_error(None, error)
        applies = self.instance.applies_to(self._product_ids())
        question = self.cleaned_data.get("question", "").strip()
        if same := find_same_question(question, except_id=self.instance.pk, applies=applies):
            self.add_error("question", same_question_text(same))
        self._compare_with_stored()
        if not self.errors and self.instance.status == Entry.Status.PUBLISHED:
            self._look_for_overlaps()

    def _product_ids(self) -> list[int]:
        return [product.pk for product in self.cleaned_data.get("products") or ()]

    def _look_for_overlaps(self) -> None:
        """What others answer already is published with a reason only; the page shows both."""
        self.overlaps = overlaps_of(self.instance, self._product_ids())
        if self.overlaps and not self.cleaned_data.get("overlap_reason"):
            self.beside = beside(self.overlaps)
            self.add_error(None, _("Not stored yet: other published entries answer this already. See above."))

    def _compare_with_stored(self) -> None:
        """Refuse to write over what a colleague stored since the form was opened, and show it."""
        stored = Entry.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        opened = self.cleaned_data.get("base_version")
        if stored is None or opened is None or opened == stored.version:
            self.instance.version = stored.version if stored else self.instance.version
            return
        self.stored = stored
        theirs = take_snapshot(stored, products_of([stored])[stored.pk])
        mine = take_snapshot(self.instance, self._product_ids())
        self.conflict = Describer([theirs, mine]).compare(theirs, mine)
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("base_version")] = str(stored.version)  # sent once more, it is meant
        self.data = data
        if self.conflict:
            self.add_error(None, _("Somebody else changed this entry meanwhile. Your text is still here, unsaved."))
        else:
            self.instance.version = stored.version
