"""A conversation: its status, and apart from it who owns the next word."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def open(self) -> "ConversationQuerySet":
        return self.filter(status=Conversation.Status.OPEN)

    def queued(self) -> "ConversationQuerySet":
        """Waiting for a person, the longest waiting first."""
        return self.filter(owner=Conversation.Owner.QUEUE).order_by("-priority", "queued_at", "pk")

    def ahead_in_queue(self, conversation: "Conversation") -> "ConversationQuerySet":
        """Those who will be served before this waiting conversation."""
        same = Q(priority=conversation.priority)
        earlier = Q(queued_at__lt=conversation.queued_at) | Q(queued_at=conversation.queued_at, pk__lt=conversation.pk)
        return self.filter(Q(priority__gt=conversation.priority) | same & earlier, owner=Conversation.Owner.QUEUE)

    def owned_by_ai(self) -> "ConversationQuerySet":
        return self.filter(owner=Conversation.Owner.AI)

    def owned_by(self, user_id: int) -> "ConversationQuerySet":
        return self.filter(owner=Conversation.Owner.AGENT, agent_id=user_id)

    def turn_due(self, now: datetime) -> "ConversationQuerySet":
        """Owned by the AI, with a customer's message unanswered and nobody at work on it."""
        return self.filter(
            Q(turn_lease_until__isnull=True) | Q(turn_lease_until__lt=now),
            owner=Conversation.Owner.AI,
            customer_seq__gt=models.F("answered_seq"),
            turn_due_at__lte=now,
        )

    def past_deadline(self, now: datetime) -> "ConversationQuerySet":
        return self.filter(status=Conversation.Status.OPEN, deadline__lte=now)


class Conversation(models.Model):
    """All that one customer and the shop say to each other on one channel.

    `epoch` rises whenever the owner changes. Whoever writes without being asked (the AI, a rule, a timer) does so
    by a compare-and-set on it, so nobody talks over a person. `customer_seq` is the last message of the
    customer, `answered_seq` the last one that an answer or a hand-over has dealt with.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    class Owner(models.TextChoices):
        AI = "ai", _("AI")
        QUEUE = "queue", _("Queue")
        AGENT = "agent", _("Agent")
        NONE = "none", _("Nobody")

    class HandoffReason(models.TextChoices):
        CUSTOMER_REQUEST = "customer_request", _("Customer asked for a person")
        REPEATED_MISS = "repeated_miss", _("AI did not know several times in a row")
        ENTRY_CONDITION = "entry_condition", _("Knowledge entry asks for a person")
        NEGATIVE_SENTIMENT = "negative_sentiment", _("Customer is upset")
        WAIT_TIMEOUT = "wait_timeout", _("Customer waited too long")
        PERSON_FIRST = "person_first", _("Channel receives with persons first")
        VIP = "vip", _("VIP customer")
        COMPLAINT = "complaint", _("Complaint")
        REFUND_OVERDUE = "refund_overdue", _("Refund not received")
        QUALITY_PROBLEM = "quality_problem", _("Quality problem")
        URGENT = "urgent", _("Urgent matter")
        RULE = "rule", _("Routing rule")
        AI_FAILURE = "ai_failure", _("AI could not answer in time")
        AI_DISABLED = "ai_disabled", _("Channel without AI")
        AGENT_TAKEOVER = "agent_takeover", _("Agent took over")
        AGENT_RELEASE = "agent_release", _("Agent gave it back to the queue")
        AGENT_SILENT = "agent_silent", _("Agent did not answer in time")
        FLOW = "flow", pgettext_lazy("tree", "Decision tree hands over")
        GROUP_TRANSFER = "group_transfer", _("Transferred to another group")

    customer = models.ForeignKey(
        "conversations.Customer",
        on_delete=models.CASCADE,
        related_name="conversations",
        verbose_name=_("customer"),
    )
    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.PROTECT, related_name="+", verbose_name=_("channel")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    owner = models.CharField(_("owner"), max_length=10, choices=Owner.choices, default=Owner.AI)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("agent"),
    )
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    deadline = models.DateTimeField(_("somebody must act by"), null=True, blank=True)

    last_seq = models.PositiveIntegerField(_("last message number"), default=0)
    customer_seq = models.PositiveIntegerField(default=0)
    answered_seq = models.PositiveIntegerField(default=0)
    turn_due_at = models.DateTimeField(null=True, blank=True)
    turn_lease_until = models.DateTimeField(null=True, blank=True)
    episode_seq = models.PositiveIntegerField(default=0)  # up to here earlier episodes; a closed one can still be rated
    misses = models.PositiveSmallIntegerField(_("misses in a row"), default=0)

    handoff_reason = models.CharField(
        _("reason of hand-over"), max_length=30, choices=HandoffReason.choices, blank=True
    )
    queued_at = models.DateTimeField(_("in the queue since"), null=True, blank=True)
    group = models.ForeignKey(
        "routing.SkillGroup",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("skill group"),
    )
    queued_position = models.PositiveSmallIntegerField(null=True, blank=True)  # none when nobody was there
    alerts_sent = models.PositiveSmallIntegerField(default=0)  # steps of the escalation ladder taken in this wait
    leaving_seq = models.PositiveIntegerField(null=True, blank=True)  # the message left begins after this number
    last_agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last agent"),
    )
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    taken_at = models.DateTimeField(_("with the agent since"), null=True, blank=True)
    is_assigned = models.BooleanField(default=False)  # given to the agent automatically, and not answered yet
    place_seconds = models.FloatField(null=True, blank=True)  # what one place in the queue took, of the last wait
    warned_seq = models.PositiveIntegerField(default=0)  # the warning before an idle chat is closed
    waiting_since = models.DateTimeField(_("customer waits since"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    last_text = models.CharField(_("last message"), max_length=200, blank=True)
    last_message_at = models.DateTimeField(_("last message at"), default=timezone.now)
    unread = models.PositiveIntegerField(_("unread by agents"), default=0)
    customer_read_seq = models.PositiveIntegerField(default=0)
    page_url = models.CharField(_("page"), max_length=500, blank=True)
    page_title = models.CharField(_("page title"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ["-last_message_at", "-pk"]
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        permissions = [("answer_conversation", _("Can answer customers in the console"))]
        constraints = [
            models.UniqueConstraint(fields=["customer", "channel"], name="one_conversation_per_customer_and_channel"),
            models.CheckConstraint(
                condition=Q(status="closed", owner="none") | Q(status="open") & ~Q(owner="none"),
                name="open_conversations_have_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(owner="agent", agent__isnull=False) | ~Q(owner="agent") & Q(agent__isnull=True),
                name="agent_exactly_when_owner_is_agent",
            ),
        ]
        indexes = [
            # One for the lists of the AI and of each agent: every message moves its conversation in every such index.
            models.Index(fields=["owner", "agent", "-last_message_at"], name="conversation_by_holder"),
            models.Index(fields=["-last_message_at"], name="conversation_by_recency"),
            models.Index(
                fields=["turn_due_at"],
                name="conversation_turn_due",
                condition=Q(owner="ai", turn_due_at__isnull=False),
            ),
            models.Index(
                fields=["deadline"], name="conversation_deadline", condition=Q(status="open", deadline__isnull=False)
            ),
            models.Index(fields=["-taken_at"], name="conversation_by_taking", condition=Q(place_seconds__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    @property
    def visitor_status(self) -> str:
        """The status as the customer sees it: ai, queued, human or closed (CONTRACT §4)."""
        return {"ai": "ai", "queue": "queued", "agent": "human", "none": "closed"}[self.owner]
