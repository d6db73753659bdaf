"""One question the shop can answer, with its four elements."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kb.scope import Applicability

EXPIRY_NOTICE = timedelta(days=7)


class EntryQuerySet(models.QuerySet["Entry"]):
    def published(self) -> "EntryQuerySet":
        return self.filter(status=Entry.Status.PUBLISHED)

    def drafts(self) -> "EntryQuerySet":
        return self.filter(status=Entry.Status.DRAFT)

    def in_review(self) -> "EntryQuerySet":
        return self.filter(status=Entry.Status.REVIEW)

    def kept(self) -> "EntryQuerySet":
        """All but the archived ones: somebody has to care for them."""
        return self.exclude(status=Entry.Status.ARCHIVED)

    def expired(self, now: datetime) -> "EntryQuerySet":
        return self.kept().filter(valid_until__lte=now)

    def expiring(self, now: datetime) -> "EntryQuerySet":
        """Those that stop answering within the time of notice."""
        return self.published().filter(valid_until__gt=now, valid_until__lte=now + EXPIRY_NOTICE)

    def due_for_review(self, now: datetime) -> "EntryQuerySet":
        return self.kept().filter(review_by__lte=timezone.localtime(now).date())


class Entry(models.Model):
    """Customer phrasings, standard answer, related questions, hand-to-human condition.

    Lists are kept one per line, as managers write them. Rows change through `kb.services` only: that is what
    keeps `question_key` right and makes every process search the new text.
    """

    class MatchMode(models.TextChoices):
        MEANING = "meaning", _("Meaning")
        EXACT = "exact", _("Exactly a phrasing")
        CONTAINS = "contains", _("A phrasing occurs in it")
        PATTERN = "pattern", _("Pattern")

    class Stage(models.TextChoices):
        PRE_SALE = "pre_sale", _("Before the sale")
        IN_SALE = "in_sale", _("Until delivery")
        AFTER_SALE = "after_sale", _("After delivery")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")

    question = models.CharField(_("standard question"), max_length=500, help_text=_("As a customer would ask it."))
    question_key = models.CharField(max_length=64, editable=False)
    scope_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    variants = models.TextField(
        _("other phrasings"),
        blank=True,
        help_text=_("One per line. Five good ones help the answer rate more than anything else."),
    )
    answer = models.TextField(
        _("standard answer"),
        help_text=_("Sent to the customer word for word, unless a language model puts it in the channel's tone."),
    )
    related = models.TextField(
        _("related questions"),
        blank=True,
        help_text=_("One per line: standard questions of other entries, offered below the answer."),
    )
    handoff = models.TextField(
        _("hand-to-human condition"),
        blank=True,
        help_text=_(
            "When a person answers instead of the AI: always, or on certain words, order amounts, levels, repeats,"
            " hours or feelings. Any other text is a note for agents."
        ),
    )
    category = models.ForeignKey(
        "kb.Category",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("category"),
    )
    flow = models.ForeignKey(
        "kb.Flow",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=pgettext_lazy("tree", "decision tree"),
        help_text=_(
            "Whoever asks this is led through the tree step by step. The answer above is then what agents are"
            " recommended, and what customers get while the tree is not published."
        ),
    )
    is_verbatim = models.BooleanField(
        _("word for word only"),
        default=False,
        help_text=_(
            "A language model never rephrases this answer. For prices, refunds and whatever else must be said exactly."
        ),
    )
    match_mode = models.CharField(
        _("match mode"),
        max_length=10,
        choices=MatchMode.choices,
        default=MatchMode.MEANING,
        help_text=_(
            "Pattern: the other phrasings are patterns. * stands for anything, # for digits, (a|b) for one of"
            " several, [a] for something that may be missing."
        ),
    )
    valid_from = models.DateTimeField(_("valid from"), null=True, blank=True)
    valid_until = models.DateTimeField(
        _("valid until"), null=True, blank=True, help_text=_("From this moment on it answers nobody any more.")
    )
    channels = models.TextField(
        _("channels"), blank=True, help_text=_("Keys or kinds of channels, one per line. Empty: every channel.")
    )
    products = models.ManyToManyField(
        "kb.Product",
        blank=True,
        related_name="entries",
        verbose_name=_("products"),
        help_text=_("Only when the customer asks about, looks at or has bought one of these. Empty: all."),
    )
    stages = models.CharField(
        _("stages"),
        max_length=40,
        blank=True,
        help_text=_("By the customer's latest order; who has none is before the sale. Empty: all."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Who keeps it right."),
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    external_id = models.CharField(_("number in the source"), max_length=100, null=True, blank=True, unique=True)
    is_sample = models.BooleanField(
        _("sample"),
        default=False,
        editable=False,
        help_text=_("Shipped with the demo shop; steps aside once the shop publishes its own knowledge."),
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name = _("knowledge entry")
        verbose_name_plural = _("knowledge entries")
        permissions = [("publish_entry", _("Can publish knowledge to customers"))]
        indexes = [
            models.Index(fields=["status"], name="entry_by_status"),
            models.Index(fields=["review_by"], name="entry_by_review", condition=models.Q(review_by__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["question_key", "scope_key"], name="question_once_per_scope"),
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The standard question first, then the other phrasings."""
        return (self.question, *lines(self.variants))

    def applies_to(self, product_ids: Iterable[int]) -> Applicability:
        """Whom and when it is for. Its products are rows of their own, so the caller brings them."""
        return Applicability(
            self.valid_from,
            self.valid_until,
            frozenset(lines(self.channels)),
            frozenset(product_ids),
            frozenset(self.stage_list),
        )

    def care_at(self, now: datetime) -> tuple[str, str | Promise] | None:
        """What its owner should know now, as a kind and in words: expired, to be reviewed, about to expire, not yet."""
        today = timezone.localtime(now).date()
        if self.status == self.Status.ARCHIVED:
            return None
        if self.valid_until is not None and self.valid_until <= now:
            return "expired", _("expired")
        if self.review_by is not None and self.review_by <= today:
            return "due", _("to be reviewed")
        if self.valid_until is not None and self.valid_until <= now + EXPIRY_NOTICE:
            return "ends", _("ends on %(day)s") % {"day": timezone.localtime(self.valid_until).strftime("%m-%d %H:%M")}
        if self.valid_from is not None and self.valid_from > now:
            return "later", _("from %(day)s on") % {"day": timezone.localtime(self.valid_from).strftime("%m-%d %H:%M")}
        return None

    @property
    def stage_list(self) -> list[str]:
        return lines(self.stages.replace(",", "\n"))


def lines(text: str) -> list[str]:
    """The non-empty lines of a one-per-line field, trimmed."""
    return [line.strip() for line in text.splitlines() if line.strip()]
