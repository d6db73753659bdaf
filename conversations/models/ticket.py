"""Tickets: requests that outlive a conversation, with an owner, a status and a time by which they are due."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conversations.numbers import number_key

PHONE_DIGITS_MIN = 4


class TicketType(models.TextChoices):
    RETURN = "return", pgettext_lazy("ticket", "Return")
    EXCHANGE = "exchange", pgettext_lazy("ticket", "Exchange")
    REFUND = "refund", pgettext_lazy("ticket", "Refund")
    REPAIR = "repair", pgettext_lazy("ticket", "Repair")
    LOGISTICS = "logistics", pgettext_lazy("ticket", "Logistics")
    INVOICE = "invoice", pgettext_lazy("ticket", "Invoice")
    COMPLAINT = "complaint", pgettext_lazy("ticket", "Complaint")
    OTHER = "other", pgettext_lazy("ticket", "Other")


class TicketPriority(models.TextChoices):
    LOW = "low", pgettext_lazy("ticket", "Low")
    NORMAL = "normal", pgettext_lazy("ticket", "Normal")
    HIGH = "high", pgettext_lazy("ticket", "High")
    URGENT = "urgent", pgettext_lazy("ticket", "Urgent")


class TicketStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket", "Open")
    PENDING = "pending", pgettext_lazy("ticket", "Pending")
    SOLVED = "solved", pgettext_lazy("ticket", "Solved")
    CLOSED = "closed", pgettext_lazy("ticket", "Closed")


LEGAL_MOVES: Mapping[str, frozenset[str]] = {
    TicketStatus.OPEN: frozenset({TicketStatus.PENDING, TicketStatus.SOLVED, TicketStatus.CLOSED}),
    TicketStatus.PENDING: frozenset({TicketStatus.OPEN, TicketStatus.SOLVED, TicketStatus.CLOSED}),
    TicketStatus.SOLVED: frozenset({TicketStatus.OPEN, TicketStatus.CLOSED}),
    TicketStatus.CLOSED: frozenset(),  # who comes back after that gets a new ticket
}
UNFINISHED = (TicketStatus.OPEN, TicketStatus.PENDING)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def unfinished(self) -> "TicketQuerySet":
        return self.filter(status__in=UNFINISHED)

    def overdue(self, now: datetime) -> "TicketQuerySet":
        return self.unfinished().filter(due_at__lte=now)

    def owned_by(self, user_id: int) -> "TicketQuerySet":
        return self.filter(owner_id=user_id)

    def search(self, words: str) -> "TicketQuerySet":
        """By ticket number, by order number, by the ending of a phone, else by words of the subject."""
        words = words.strip()
        if not words:
            return self
        found = Q(number__icontains=words) | Q(subject__icontains=words)
        if key := number_key(words):
            found |= Q(order__number_key=key)
        if words.isdigit() and len(words) >= PHONE_DIGITS_MIN:
            found |= Q(customer__phone__endswith=words) | Q(order__phone__endswith=words) | Q(contact__endswith=words)
        return self.filter(found)


class Ticket(models.Model):
    """One request of a customer, from the first word to its end. `History` tells who did what to it."""

    Type = TicketType
    Priority = TicketPriority
    Status = TicketStatus

    class Source(models.TextChoices):
        AGENT = "agent", _("Agent")
        CUSTOMER = "customer", _("Customer")
        API = "api", _("API")
        AI = "ai", _("AI")

    number = models.CharField(_("number"), max_length=20, unique=True)
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    type = models.CharField(_("type"), max_length=12, choices=TicketType.choices, default=TicketType.OTHER)
    status = models.CharField(_("status"), max_length=10, choices=TicketStatus.choices, default=TicketStatus.OPEN)
    priority = models.CharField(
        _("priority"), max_length=10, choices=TicketPriority.choices, default=TicketPriority.NORMAL
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.AGENT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=pgettext_lazy("ticket", "owner"),
    )
    group = models.ForeignKey(
        "routing.SkillGroup",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("skill group"),
    )
    customer = models.ForeignKey(
        "conversations.Customer",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("customer"),
    )
    conversation = models.ForeignKey(
        "conversations.Conversation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("conversation"),
    )
    order = models.ForeignKey(
        "conversations.Order",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("order"),
    )
    contact = models.CharField(
        _("contact"),
        max_length=100,
        blank=True,
        help_text=_("Phone, WeChat or e-mail under which the customer is reached."),
    )
    due_at = models.DateTimeField(pgettext_lazy("ticket", "due"), null=True, blank=True)
    overdue_at = models.DateTimeField(_("found overdue"), null=True, blank=True, editable=False)
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True, editable=False)
    solved_at = models.DateTimeField(_("solved at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    idempotency_key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["status", "due_at"], name="ticket_by_due"),
            models.Index(fields=["owner", "status"], name="ticket_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def is_overdue(self, now: datetime) -> bool:
        return self.status in UNFINISHED and self.due_at is not None and self.due_at <= now


class TicketDay(models.Model):
    """How many tickets a day has seen: the counter that their numbers come from."""

    day = models.DateField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.last}"


class TicketHistory(models.Model):
    """One thing that happened to a ticket: it was created, somebody changed it, or wrote a note."""

    class Kind(models.TextChoices):
        CREATED = "created", pgettext_lazy("history", "created")
        CHANGED = "changed", pgettext_lazy("history", "changed")
        NOTE = "note", pgettext_lazy("history", "note")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="history", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    author_name = models.CharField(_("name shown"), max_length=100, blank=True)
    text = models.TextField(_("text"), blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)  # {field: [old, new]} in values for programs
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("history of a ticket")
        verbose_name_plural = _("histories of tickets")

    def __str__(self) -> str:
        return self.text[:60] or self.get_kind_display()


class TicketTarget(models.Model):
    """Within how many hours tickets are to be solved (SLA). The most exact row counts: priority before type."""

    type = models.CharField(
        _("type"), max_length=12, choices=TicketType.choices, blank=True, help_text=_("Empty: every type.")
    )
    priority = models.CharField(
        _("priority"), max_length=10, choices=TicketPriority.choices, blank=True, help_text=_("Empty: every priority.")
    )
    hours = models.PositiveSmallIntegerField(
        _("hours until due"), validators=[MinValueValidator(1), MaxValueValidator(24 * 60)]
    )
    in_service_hours = models.BooleanField(
        _("only service hours count"),
        default=False,
        help_text=_("The clock stands still outside the service hours of the channel that the ticket comes from."),
    )

    class Meta:
        ordering = ["type", "priority"]
        verbose_name = _("time limit for tickets")
        verbose_name_plural = _("time limits for tickets")
        constraints = [models.UniqueConstraint(fields=["type", "priority"], name="one_target_per_type_and_priority")]

    def __str__(self) -> str:
        return f"{self.get_type_display() or '*'} · {self.get_priority_display() or '*'}: {self.hours} h"
