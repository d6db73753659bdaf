"""Forms of the back office of knowledge."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from kb.admin.file_widgets import upload_widget
from kb.categories import categories_by_path
from kb.models import Category
from kb.models.category import PATH_SEPARATOR
from kb.readers import FORMATS, ReadError, check_size


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
            empty_label=_("No category"),
            widget=UnfoldAdminSelectWidget(),
            **kwargs,
        )


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
        widget=upload_widget(FORMATS),
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
