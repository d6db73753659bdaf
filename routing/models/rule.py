"""Routing rules: conditions that must all be met, and what then happens."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cs_platform.chinese import simplified
from routing.models.channel import Channel
from routing.models.group import SkillGroup
from routing.models.intent import Intent


class Priority(models.IntegerChoices):
    """The place in the queue: higher ones are served first."""

    NORMAL = 0, _("Normal")
    HIGH = 1, _("High")
    URGENT = 2, _("Urgent")


class Rule(models.Model):
    """One row of the rules, read from the top. What is left empty plays no part."""

    class Hours(models.TextChoices):
        INSIDE = "inside", _("In service hours")
        OUTSIDE = "outside", _("Outside service hours")

    class Feeling(models.TextChoices):
        NEGATIVE = "negative", _("Negative")
        STRONG = "strong", _("Strongly negative")
        POSITIVE = "positive", _("Positive")

    class Match(models.TextChoices):
        ANY = "any", _("One of them")
        ALL = "all", _("All of them")

    class Level(models.TextChoices):
        VIP = "vip", _("VIP")
        NORMAL = "normal", _("Not VIP")

    class Answerer(models.TextChoices):
        AI = "ai", _("AI answers")
        PERSON = "person", _("Hand over to a person")
        AI_AND_CARD = "ai_and_card", _("AI answers and asks for contact details")

    class Reason(models.TextChoices):
        RULE = "rule", _("Routing rule")
        COMPLAINT = "complaint", _("Complaint")
        REFUND_OVERDUE = "refund_overdue", _("Refund not received")
        QUALITY_PROBLEM = "quality_problem", _("Quality problem")
        VIP = "vip", _("VIP customer")
        URGENT = "urgent", _("Urgent matter")

    position = models.PositiveIntegerField(_("position"), default=0, db_index=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    is_enabled = models.BooleanField(_("enabled"), default=True)

    channels = models.ManyToManyField(
        Channel, blank=True, related_name="+", verbose_name=_("channels"), help_text=_("None: all channels.")
    )
    hours = models.CharField(_("service hours"), max_length=10, choices=Hours.choices, blank=True)
    starts = models.TimeField(
        _("time of day from"), null=True, blank=True, help_text=_("In the time zone of the channel's service hours.")
    )
    ends = models.TimeField(_("until"), null=True, blank=True)
    intents = models.ManyToManyField(
        Intent, blank=True, related_name="+", verbose_name=_("intents"), help_text=_("One of these is recognised.")
    )
    feeling = models.CharField(_("feeling"), max_length=10, choices=Feeling.choices, blank=True)
    keywords = models.TextField(_("words in the message"), blank=True, help_text=_("One per line."))
    keyword_match = models.CharField(_("of these words"), max_length=5, choices=Match.choices, default=Match.ANY)
    customer_level = models.CharField(_("customer level"), max_length=10, choices=Level.choices, blank=True)
    regions = models.TextField(
        _("regions"), blank=True, help_text=_("One per line, such as 广东 or 上海: for customers from there.")
    )
    page_contains = models.CharField(
        _("page address contains"), max_length=200, blank=True, help_text=_("Such as /checkout or utm_source=douyin.")
    )
    waiting_seconds = models.PositiveIntegerField(_("has waited for (seconds)"), null=True, blank=True)
    misses = models.PositiveSmallIntegerField(
        _("misses in a row"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("The AI could not answer so often, or more."),
    )
    entry_category = models.CharField(
        _("category of the answer"),
        max_length=200,
        blank=True,
        help_text=_("Such as 售后服务/退款进度: the knowledge that answers stands in this category or below it."),
    )

    answerer = models.CharField(_("who answers"), max_length=12, choices=Answerer.choices, blank=True)
    reason = models.CharField(
        _("reason noted"),
        max_length=20,
        choices=Reason.choices,
        default=Reason.RULE,
        help_text=_("What reports show as the reason of the hand-over."),
    )
    group = models.ForeignKey(
        SkillGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assign to group"),
    )
    notify_group = models.ForeignKey(
        SkillGroup,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("notify group"),
    )
    notify_duty = models.BooleanField(_("notify who is on duty"), default=False)
    priority = models.PositiveSmallIntegerField(
        _("place in the queue"), choices=Priority.choices, default=Priority.NORMAL
    )
    tag = models.CharField(_("tag"), max_length=40, blank=True)
    is_final = models.BooleanField(
        _("stop here"), default=False, help_text=_("When this rule fits, the rules below it are not looked at.")
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")

    def __str__(self) -> str:
        return self.name

    def words(self) -> list[str]:
        return [simplified(line.strip().lower()) for line in self.keywords.splitlines() if line.strip()]

    def region_names(self) -> list[str]:
        return [line.strip() for line in self.regions.splitlines() if line.strip()]
