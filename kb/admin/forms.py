"""Forms of the back office of knowledge."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from kb.categories import categories_by_path
from kb.entry_checks import check_entry
from kb.models import Category, Entry
from kb.models.category import PATH_SEPARATOR
from kb.readers import FORMATS, ReadError, check_size
from kb.services import find_same_question, same_question_text


class CategoryChoices(forms.models.ModelChoiceIterator):
    """Topics in the order of the tree, each indented below its parent; one query."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        for path, category in sorted(categories_by_path().items()):
            yield (self.field.prepare_value(category), "\u3000" * (len(path) - 1) + path[-1])


class CategoryField(forms.ModelChoiceField):
    iterator = CategoryChoices

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Category.objects.all(),
            required=False,
            empty_label=str(_("No category")),
            widget=UnfoldAdminSelectWidget(),
            **kwargs,
        )


class EntryForm(forms.ModelForm):
    """An entry; a question that another entry already has is refused at the question itself."""

    class Meta:
        model = Entry
        fields = (
            "question",
            "variants",
            "answer",
            "is_verbatim",
            "related",
            "handoff",
            "category",
            "status",
            "match_mode",
            "valid_from",
            "valid_until",
            "channels",
            "products",
            "stages",
            "owner",
            "review_by",
            "external_id",
        )
        widgets = {
            "variants": UnfoldAdminTextareaWidget(attrs={"rows": 6}),
            "answer": UnfoldAdminTextareaWidget(attrs={"rows": 7}),
            "related": UnfoldAdminTextareaWidget(attrs={"rows": 4}),
            "handoff": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        }

    def _post_clean(self) -> None:
        """With the model's own checks: what the row as a whole could not do, and a question that is taken."""
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        try:
            check_entry(self.instance)
        except ValidationError as error:
            self.add_error(None, error)
        products = [product.pk for product in self.cleaned_data.get("products") or ()]
        applies = self.instance.applies_to(products)
        question = self.cleaned_data.get("question", "")
        if same := find_same_question(question, except_id=self.instance.pk, applies=applies):
            self.add_error("question", same_question_text(same))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.cleaned_data.get("status") == Entry.Status.PUBLISHED and not self.cleaned_data.get("answer"):
            self.add_error("answer", _("Without an answer it cannot be published."))
        return cleaned

    def clean_external_id(self) -> str | None:
        return self.cleaned_data["external_id"] or None


class ReturnForm(forms.Form):
    """Why an entry in review goes back to who proposed it."""

    comment = forms.CharField(
        label=_("Comment of the review"),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "autofocus": True}),
        help_text=_("What to change. Whoever proposed the entry reads it."),
    )


class ImportForm(forms.Form):
    """The upload of a knowledge file."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # refused below, in words that help
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ",".join(f".{ending}" for ending in FORMATS)}),
        help_text=_("Word (.docx), PDF, Excel (.xlsx), CSV or JSON lines, at most 20 MB."),
    )
    category = CategoryField(label=_("Category"), help_text=_("For rows that name no category of their own."))
    publish = forms.BooleanField(
        label=_("Publish at once"),
        required=False,
        widget=UnfoldBooleanWidget(),
        help_text=_(
            "Questions without a status become visible to customers; otherwise they become drafts. About sections of a"
            " policy you are asked once more."
        ),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        try:
            check_size(file.size)
        except ReadError as error:
            raise ValidationError(str(error)) from error
        return file

    def category_path(self) -> str:
        category = self.cleaned_data["category"]
        return PATH_SEPARATOR.join(node.name for node in category.ancestors(include_self=True)) if category else ""


class TryForm(forms.Form):
    """A question as a customer would write it."""

    question = forms.CharField(
        label=_("Customer's question"),
        max_length=2000,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True, "autocomplete": "off"}),
    )
