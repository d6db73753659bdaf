"""Forms on pages of reports."""

from django import forms
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from reports.models import CostAssumption


class AssumptionForm(forms.ModelForm):
    class Meta:
        model = CostAssumption
        fields = ("annual_cost", "hours_per_day", "minutes_by_hand", "monthly_ai_cost")
        widgets = dict.fromkeys(fields, UnfoldAdminDecimalFieldWidget)
