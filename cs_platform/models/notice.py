"""Where colleagues are reached outside the console, and what was sent there."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cs_platform.fields import EncryptedTextField


class NoticeTargetQuerySet(models.QuerySet["NoticeTarget"]):
    def active(self) -> "NoticeTargetQuerySet":
        return self.filter(is_active=True)

    def of_people(self, user_ids: "list[int]") -> "NoticeTargetQuerySet":
        """The personal targets of these people."""
        return self.active().filter(user_id__in=user_ids)

    def for_everybody(self) -> "NoticeTargetQuerySet":
        """Targets that belong to nobody in particular: the robot of a group chat, a shared mailbox."""
        return self.active().filter(user__isnull=True)


class NoticeTarget(models.Model):
    """A robot of a group chat, or a mailbox."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom group robot")
        FEISHU = "feishu", _("Feishu group robot")
        DINGTALK = "dingtalk", _("DingTalk group robot")
        EMAIL = "email", _("E-mail")

    name = models.CharField(_("name"), max_length=100, help_text=_("How it is called in lists, such as “Night shift”."))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    address = EncryptedTextField(_("address"))
    secret = EncryptedTextField(_("signing secret"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="notice_targets",
        verbose_name=_("person"),
        help_text=_("Whom it reaches. Empty: a group."),
    )
    is_active = models.BooleanField(_("enabled"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = NoticeTargetQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("notice target")
        verbose_name_plural = _("notice targets")

    def __str__(self) -> str:
        return self.name


class NoticeDeliveryQuerySet(models.QuerySet["NoticeDelivery"]):
    def to_send(self, now: datetime) -> "NoticeDeliveryQuerySet":
        is_free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.filter(is_free, state=NoticeDelivery.State.PENDING, due_at__lte=now)


class NoticeDelivery(models.Model):
    """One notice on its way to one target; the same key never goes there twice."""

    class State(models.TextChoices):
        PENDING = "pending", _("On its way")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("No longer needed")

    target = models.ForeignKey(
        NoticeTarget, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("target")
    )
    key = models.CharField(_("reason"), max_length=120)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(_("link"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = NoticeDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices sent")
        constraints = [models.UniqueConstraint(fields=["target", "key"], name="notice_once_per_target")]
        indexes = [models.Index(fields=["due_at"], name="notice_due", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return self.title
