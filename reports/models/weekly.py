"""The weekly report on what the AI lacks, as it stood when its week was over, and to whom it was mailed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WeeklyReport(models.Model):
    """One per ISO week (`2026-W48`). What stands in it does not change when definitions or data do."""

    week = models.CharField(_("week"), max_length=8, unique=True)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    content = models.JSONField(_("content"), default=dict)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["-start"]
        verbose_name = _("weekly report")
        verbose_name_plural = _("weekly reports")

    def __str__(self) -> str:
        return self.week


class Subscriber(models.Model):
    """Somebody who gets the weekly report by e-mail."""

    email = models.EmailField(_("e-mail"), unique=True)
    is_active = models.BooleanField(_("gets the weekly report"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["email"]
        verbose_name = _("report subscriber")
        verbose_name_plural = _("report subscribers")

    def __str__(self) -> str:
        return self.email


class Mailing(models.Model):
    """One report to one subscriber: claimed before it is sent, so it is sent once however many workers there are."""

    report = models.ForeignKey(
        WeeklyReport, on_delete=models.CASCADE, related_name="mailings", verbose_name=_("weekly report")
    )
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.CASCADE, related_name="mailings", verbose_name=_("report subscriber")
    )
    claimed_at = models.DateTimeField(_("begun"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        constraints = [models.UniqueConstraint(fields=["report", "subscriber"], name="weekly_report_mailed_once")]

    def __str__(self) -> str:
        return f"{self.report} → {self.subscriber}"
