"""Sums of episodes, so that a board over many of them costs little. Built from episodes; never the only copy."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def _count() -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(default=0)


def _sum() -> "models.PositiveBigIntegerField[int, int]":
    return models.PositiveBigIntegerField(default=0)


class Sums(models.Model):
    """The figures of `reports.metrics` that add up."""

    conversations = _count()
    proactive_only = _count()
    engaged = _count()
    leads = _count()
    ai_cohort = _count()
    resolved = _count()
    confirmed = _count()
    durable = _count()
    handed_over = _count()
    abandoned = _count()
    unresolved = _count()
    still_open = _count()
    called = _count()
    asked_for_person = _count()
    rated = _count()
    positive = _count()
    negative = _count()
    ordered = _count()
    score = _sum()
    order_count = _sum()
    order_amount = _sum()
    customer_messages = _sum()
    ai_answers = _sum()
    ai_clarifies = _sum()
    ai_unknowns = _sum()
    ai_turns = _sum()
    ai_wait_ms = _sum()
    human_turns = _sum()
    human_wait_ms = _sum()
    human_turns_30s = _sum()
    human_turns_180s = _sum()
    handle_seconds = _sum()

    class Meta:
        abstract = True


class HourTally(Sums):
    """One hour of one channel."""

    hour = models.PositiveIntegerField(_("hour, counted from 1970"))
    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("channel")
    )

    class Meta:
        verbose_name = _("hourly figures")
        verbose_name_plural = _("hourly figures")
        constraints = [models.UniqueConstraint(fields=["hour", "channel"], name="hour_tally_once")]

    def __str__(self) -> str:
        return f"{self.hour}/{self.channel_id}"


class TopicTally(Sums):
    """One category on one channel on one day of the shop's time zone; episodes without a category have none."""

    day = models.DateField(_("day"))
    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("channel")
    )
    category = models.ForeignKey(
        "kb.Category", on_delete=models.CASCADE, null=True, related_name="+", db_index=False, verbose_name=_("category")
    )

    class Meta:
        verbose_name = _("daily figures of a category")
        verbose_name_plural = _("daily figures of categories")
        indexes = [models.Index(fields=["day"], name="topic_tally_by_day")]

    def __str__(self) -> str:
        return f"{self.day}/{self.channel_id}/{self.category_id}"
