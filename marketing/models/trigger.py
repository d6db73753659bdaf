"""Moments at which the shop speaks first, and the record that each spoke once."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Customer, Message
from cs_platform.chinese import simplified
from marketing.models.card import Card
from routing.models import Channel, Intent

SECONDS_DEFAULT = 30
LIMIT_DAYS_MAX = 365


class TriggerQuerySet(models.QuerySet["Trigger"]):
    def active(self, channel_id: int) -> "TriggerQuerySet":
        """Switched on for a channel, in their order."""
        here = models.Q(channels__isnull=True) | models.Q(channels=channel_id)
        return self.filter(here, is_active=True).distinct().order_by("position", "pk")

    def waking(self) -> "TriggerQuerySet":
        return self.filter(kind__in=[Trigger.Kind.OPENED_SILENT, Trigger.Kind.TALKED_SILENT])


class Trigger(models.Model):
    """When, where and how often the shop speaks first, and what it says or shows."""

    class Kind(models.TextChoices):
        OPENED_SILENT = "opened_silent", _("Opened the chat and says nothing")
        TALKED_SILENT = "talked_silent", _("Talked, left no contact, fell silent")
        KEYWORD = "keyword", _("Customer uses a word")
        INTENT = "intent", _("Customer has an intent")

    name = models.CharField(_("name"), max_length=60, unique=True)
    kind = models.CharField(_("when"), max_length=20, choices=Kind.choices, default=Kind.OPENED_SILENT)
    position = models.PositiveSmallIntegerField(
        _("sequence"), default=10, help_text=_("Of several that fit, the smallest number comes first.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    channels = models.ManyToManyField(
        Channel, blank=True, related_name="+", verbose_name=_("channels"), help_text=_("None: on every channel.")
    )
    seconds = models.PositiveIntegerField(
        _("seconds of silence"),
        default=SECONDS_DEFAULT,
        validators=[MinValueValidator(5), MaxValueValidator(24 * 3600)],
        help_text=_("Only for the two kinds that wait for silence."),
    )
    keywords = models.TextField(
        _("words"), blank=True, help_text=_("One per line. Any of them in the customer's message is enough.")
    )
    intents = models.ManyToManyField(
        Intent, blank=True, related_name="+", verbose_name=_("intents"), help_text=_("Any of them is enough.")
    )
    hours_from = models.TimeField(_("from"), null=True, blank=True, help_text=_("Empty: at any time of day."))
    hours_until = models.TimeField(_("until"), null=True, blank=True)
    text = models.TextField(_("text"), blank=True)
    card = models.ForeignKey(
        Card, on_delete=models.PROTECT, null=True, blank=True, related_name="triggers", verbose_name=_("card")
    )
    limit_days = models.PositiveSmallIntegerField(
        _("within days"),
        default=7,
        validators=[MaxValueValidator(LIMIT_DAYS_MAX)],
        help_text=_("At most so often in so many days; once per conversation in any case."),
    )
    limit_count = models.PositiveSmallIntegerField(
        _("times per customer"), default=1, validators=[MinValueValidator(1)]
    )

    objects = TriggerQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("trigger")
        verbose_name_plural = _("triggers")

    def __str__(self) -> str:
        return self.name

    def words(self) -> list[str]:
        return [simplified(line.strip().lower()) for line in self.keywords.splitlines() if line.strip()]


class TriggerFiring(models.Model):
    """A trigger spoke: once per episode of a conversation, whatever crashes or runs twice."""

    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="firings", verbose_name=_("trigger"))
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", verbose_name=_("conversation")
    )
    episode_seq = models.PositiveIntegerField(editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("message")
    )
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("wake-up")
        verbose_name_plural = _("wake-ups")
        constraints = [
            models.UniqueConstraint(fields=["trigger", "conversation", "episode_seq"], name="trigger_once_per_episode")
        ]
        indexes = [models.Index(fields=["trigger", "customer", "-created_at"], name="firing_by_customer")]

    def __str__(self) -> str:
        return f"{self.trigger} #{self.conversation_id}"
