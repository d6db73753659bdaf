"""What helps an agent to answer: recommended replies with what became of them, and canned replies."""

from datetime import datetime

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from conversations.models.message import Message
from cs_platform.models import User
from routing.models import SkillGroup

CANNED_CHARACTERS_MAX = 2_000


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def shown_between(self, since: datetime, until: datetime) -> "SuggestionQuerySet":
        return self.filter(shown_at__gte=since, shown_at__lt=until)

    def used(self) -> "SuggestionQuerySet":
        return self.filter(used_at__isnull=False)

    def replied_to(self) -> "SuggestionQuerySet":
        """Those of whose moment a person wrote afterwards, with the suggestion or without."""
        replies = Message.objects.filter(
            conversation=OuterRef("conversation"),
            seq__gt=OuterRef("seq"),
            sender=Message.Sender.AGENT,
            is_private=False,
        )
        return self.filter(Exists(replies))


class Suggestion(models.Model):
    """One reply that was recommended to agents for what a customer had written up to message `seq`.

    It was sent as it is when `used_at` is set and `is_edited` is not; without `used_at` it was passed over.
    """

    conversation = models.ForeignKey(
        "conversations.Conversation",
        on_delete=models.CASCADE,
        related_name="suggestions",
        verbose_name=_("conversation"),
    )
    seq = models.PositiveIntegerField(_("number"))
    question = models.CharField(_("question"), max_length=300, blank=True)
    entry = models.ForeignKey(
        "kb.Entry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("knowledge entry"),
    )
    text = models.TextField(_("text"))
    reason = models.CharField(_("why"), max_length=30, blank=True)
    confidence = models.FloatField(_("confidence"), default=0.0)
    shown_at = models.DateTimeField(_("recommended"), auto_now_add=True)
    used_at = models.DateTimeField(_("sent"), null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    message = models.OneToOneField(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestion", verbose_name=_("message")
    )
    is_edited = models.BooleanField(_("edited before sending"), default=False)
    similarity = models.FloatField(_("similarity"), null=True, blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("recommended reply")
        verbose_name_plural = _("recommended replies")
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq", "entry"], name="suggestion_once_per_moment")
        ]
        indexes = [models.Index(fields=["shown_at"], name="suggestion_by_time")]

    def __str__(self) -> str:
        return self.text[:60]


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def for_agent(self, user: User) -> "CannedReplyQuerySet":
        """What everybody may use, what the agent's groups have, and the agent's own."""
        groups = SkillGroup.objects.filter(agents__user=user)
        shared = Q(owner=None) & (Q(group=None) | Q(group__in=groups))
        return self.filter(shared | Q(owner=user), is_active=True)


class CannedReply(models.Model):
    """A sentence that agents write again and again; {name}, {agent} and {order} are filled in when it is chosen."""

    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(
        _("text"),
        validators=[MaxLengthValidator(CANNED_CHARACTERS_MAX)],
        help_text=_("{name}: the customer, {agent}: who answers, {order}: the number of the newest order."),
    )
    shortcut = models.CharField(
        _("shortcut"), max_length=30, blank=True, help_text=_("After a “/” in the console, such as “/发货”.")
    )
    group = models.ForeignKey(
        SkillGroup,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("skill group"),
        help_text=_("Empty: for all agents."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for"),
        help_text=_("Agents keep replies of their own in the console. Empty: not a personal one."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")

    def __str__(self) -> str:
        return self.title
