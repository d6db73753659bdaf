"""Knowledge that an agent proposed, and what a manager made of it: the count of who contributed how much."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from kb.models.entry import Entry


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> "ProposalQuerySet":
        """For a manager's decision, the oldest first."""
        return self.filter(status=Proposal.Status.WAITING).order_by("created_at", "pk")

    def contributions(self, since: datetime, until: datetime) -> models.QuerySet:
        """Who proposed how many entries in that time, and how many of them were published: one row per person."""
        return (
            self.filter(created_at__gte=since, created_at__lt=until, by__isnull=False)
            .order_by()
            .values("by", "by__username", "by__display_name")
            .annotate(proposed=Count("pk"), approved=Count("pk", filter=Q(status=Proposal.Status.APPROVED)))
            .order_by("-approved", "-proposed", "by__username")
        )


class Proposal(models.Model):
    """One entry as somebody proposed it. It outlives the entry, so that the work stays counted."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for review")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")

    entry = models.OneToOneField(
        Entry,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposal",
        verbose_name=_("knowledge entry"),
    )
    question = models.CharField(_("question"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="proposals",
        verbose_name=_("proposed by"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True, help_text=_("What the manager should know."))
    conversation_number = models.BigIntegerField(_("conversation"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    comment = models.TextField(
        _("comment of the review"), blank=True, help_text=_("Why it came back, and what to change.")
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [
            models.Index(fields=["status", "created_at"], name="proposal_by_status"),
            models.Index(fields=["created_at"], name="proposal_by_time"),
        ]

    def __str__(self) -> str:
        return self.question
