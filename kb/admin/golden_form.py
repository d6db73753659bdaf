"""The form of a golden question."""

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget

from kb.models import GoldenQuestion
from kb.services.golden import check_golden


class GoldenForm(forms.ModelForm):
    """What is not checkable is refused at the field that lacks."""

    class Meta:
        model = GoldenQuestion
        fields = ("question", "expectation", "entry", "words", "is_blocking", "is_active")
        widgets = {"words": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if not self.errors:
            try:
                check_golden(self.instance)
            except ValidationError as error:
                self.add_error(None, error)
