"""Forms of the history: the upload, and which column of an export says what."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from kb.admin.file_widgets import upload_widget
from kb.admin.forms import CategoryField
from kb.history_files import KINDS, kind_of
from kb.mining.columns import AGENT, CONVERSATION, CUSTOMER, NOBODY, TEXT, TIME, WHO, ColumnMapping
from kb.models import MinedQuestion
from kb.readers import ReadError, check_size

MEANINGS = [(CUSTOMER, _("Customer")), (AGENT, _("Agent")), (NOBODY, _("Neither: leave out"))]


class HistoryForm(forms.Form):
    """The upload of conversations."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # refused below, in words that help
        widget=upload_widget(KINDS),
        help_text=_("Excel (.xlsx), CSV or JSON lines, at most 20 MB. Several files add up; nothing is counted twice."),
    )

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        try:
            kind_of(file.name)
            check_size(file.size)
        except ReadError as error:
            raise ValidationError(str(error)) from error
        return file


class ColumnsForm(forms.Form):
    """What each column says, and whom the values of the speaker's column mean."""

    conversation = forms.ChoiceField(
        label=_("Conversation"),
        widget=UnfoldAdminSelectWidget(),
        help_text=_("The same in all messages of one conversation: its number, or the customer's name."),
    )
    who = forms.ChoiceField(label=_("Who wrote it"), widget=UnfoldAdminSelectWidget())
    text = forms.ChoiceField(label=_("What was written"), widget=UnfoldAdminSelectWidget())
    time = forms.ChoiceField(
        label=_("When"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text=_("Without it the order of the rows counts."),
    )
    others = forms.ChoiceField(label=_("All other names"), choices=MEANINGS, widget=UnfoldAdminSelectWidget())

    def __init__(
        self,
        *args: Any,
        headers: Sequence[str],
        speakers: Sequence[tuple[str, int]],
        mapping: ColumnMapping,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._speakers = [name for name, _count in speakers]
        columns = [(header, header) for header in headers]
        for name in (CONVERSATION, WHO, TEXT, TIME):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", gettext("Choose …") if field.required else "—"), *columns]
            field.initial = getattr(mapping, name)
        self.fields["others"].initial = mapping.others
        for place, (name, count) in enumerate(speakers):
            self.fields[f"speaker_{place}"] = forms.ChoiceField(
                label=f"“{name}” · {count}",
                choices=MEANINGS,
                initial=mapping.role_of(name),
                widget=UnfoldAdminSelectWidget(),
            )

    def mapping(self) -> ColumnMapping:
        """What was chosen; the form is valid."""
        chosen = self.cleaned_data
        said = {name: chosen[f"speaker_{place}"] for place, name in enumerate(self._speakers)}
        values = {name: meaning for name, meaning in said.items() if meaning != chosen["others"]}  # no shopper's name
        columns = {name: chosen[name] for name in (CONVERSATION, WHO, TEXT, TIME)}
        return ColumnMapping(**columns, values=values, others=chosen["others"])


class ReviewForm(forms.Form):
    """A frequent question on its way to become an entry."""

    question = forms.CharField(
        label=_("Standard question"), max_length=500, widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    answer = forms.CharField(
        label=_("Standard answer"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 7})
    )
    phrasings = forms.CharField(
        label=_("Other phrasings"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 7}),
        help_text=_("One per line, as customers wrote. Take out what asks something else."),
    )
    category = CategoryField(label=_("Category"))

    @classmethod
    def of(cls, mined: MinedQuestion) -> "ReviewForm":
        """As it was found."""
        return cls(
            initial={
                "question": mined.question,
                "answer": mined.answer,
                "phrasings": mined.phrasings,
                "category": mined.category_id,
            }
        )
