"""What only the merchant knows: what people and channels cost. Assumptions, said as such wherever they are used."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class CostAssumption(models.Model):
    """One row: what the cost benefit reckons with. It is never guessed from elsewhere."""

    annual_cost = models.DecimalField(
        _("one agent's cost a year, ¥"),
        max_digits=12,
        decimal_places=2,
        default=100_000,
        validators=[MinValueValidator(0)],
        help_text=_("Wages, insurance and workplace of one full-time agent."),
    )
    hours_per_day = models.DecimalField(
        _("working hours a day"),
        max_digits=4,
        decimal_places=1,
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    minutes_by_hand = models.DecimalField(
        _("minutes a person needs for one conversation"),
        max_digits=5,
        decimal_places=1,
        default=5,
        validators=[MinValueValidator(0)],
        help_text=_("Used until enough conversations with people were measured."),
    )
    monthly_ai_cost = models.DecimalField(
        _("AI and server cost a month, ¥"),
        max_digits=12,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("cost assumptions")
        verbose_name_plural = _("cost assumptions")

    def __str__(self) -> str:
        return f"¥{self.annual_cost}"


class ChannelCost(models.Model):
    """What a channel costs in a month: advertising, commission, fees. Without it no return is shown."""

    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.CASCADE, related_name="+", verbose_name=_("channel")
    )
    month = models.DateField(_("month"), help_text=_("Any day of it."))
    amount = models.DecimalField(_("cost, ¥"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        ordering = ["-month", "channel"]
        verbose_name = _("channel cost")
        verbose_name_plural = _("channel costs")
        constraints = [models.UniqueConstraint(fields=["channel", "month"], name="channel_cost_once_a_month")]

    def __str__(self) -> str:
        return f"{self.channel} {self.month:%Y-%m}"

    def clean(self) -> None:
        super().clean()
        if self.month:
            self.month = self.month.replace(day=1)
