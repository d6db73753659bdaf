"""What customers come for, taught by examples."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Intent(models.Model):
    """One thing that customers want. Its key stands in rules, reports and exports; its name may change."""

    key = models.CharField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Lower-case letters, digits and underscores."))],
        help_text=_("For reports and exports; it stays the same when the name changes."),
    )
    name = models.CharField(_("name"), max_length=60, unique=True)
    description = models.CharField(_("what it is about"), max_length=200, blank=True)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    is_counter = models.BooleanField(
        _("only counter-examples"),
        default=False,
        help_text=_("What is no matter for the shop, such as small talk. Messages like these get no intent."),
    )

    class Meta:
        ordering = ["is_counter", "pk"]
        verbose_name = _("intent")
        verbose_name_plural = _("intents")

    def __str__(self) -> str:
        return self.name


class IntentExample(models.Model):
    """One sentence that a customer with this intent would write, with its vector once there is one."""

    intent = models.ForeignKey(Intent, on_delete=models.CASCADE, related_name="examples", verbose_name=_("intent"))
    text = models.CharField(_("example"), max_length=200)
    model_id = models.CharField(max_length=100, blank=True, editable=False)
    numbers = models.BinaryField(default=bytes, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        constraints = [models.UniqueConstraint(fields=["text"], name="intent_example_once")]

    def __str__(self) -> str:
        return self.text
