"""The form of a golden question."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from kb.models import GoldenQuestion
from kb.offers import channel_choices
from kb.services.golden import check_golden


class GoldenForm(forms.ModelForm):
    """What is not checkable is refused at the field that lacks."""

    channel = forms.ChoiceField(
        label=capfirst(GoldenQuestion._meta.get_field("channel").verbose_name),
        help_text=GoldenQuestion._meta.get_field("channel").help_text,
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )

    class Meta:
        model = GoldenQuestion
        fields = (
            *("question", "expectation", "entry", "words", "channel", "product", "stage", "is_blocking", "is_active"),
        )
        widgets = {"words": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(field := self.fields.get("channel"), forms.ChoiceField):  # not there for who may only read
            known = channel_choices()
            kept = self.instance.channel
            gone = [(kept, kept)] if kept and kept not in dict(known) else []
            field.choices = [("", _("Not known")), *known, *gone]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if not self.errors:
            try:
                check_golden(self.instance)
            except ValidationError as error:
                self.add_error(None, error)
