"""One service episode: from the first word until it is closed. Times, reasons and counts; no verdicts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Episode(models.Model):
    """What happened in one service episode of a long-lived conversation.

    Whether the AI solved it, whether the customer left: that is decided when somebody asks (`reports.metrics`), so a
    better definition needs no new history. Rows are built from messages by `reports.building`, and can be thrown away
    and built again at any time.
    """

    class Origin(models.TextChoices):
        CUSTOMER = "customer", _("Customer wrote")
        VISIT = "visit", _("Chat opened")
        PROACTIVE = "proactive", _("Shop wrote first")

    conversation = models.ForeignKey(
        "conversations.Conversation",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,  # the unique constraint begins with it
        verbose_name=_("conversation"),
    )
    start_seq = models.PositiveIntegerField(_("messages up to here belong to earlier episodes"), default=0)
    last_seq = models.PositiveIntegerField(_("last message number"), default=0)
    customer = models.ForeignKey(
        "conversations.Customer", on_delete=models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    channel = models.ForeignKey(
        "routing.Channel", on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("channel")
    )
    level = models.CharField(_("level of the customer"), max_length=10, blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("last agent"),
    )
    category = models.ForeignKey(
        "kb.Category",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category of the first question"),
    )
    origin = models.CharField(_("how it began"), max_length=10, choices=Origin.choices, default=Origin.CUSTOMER)
    question = models.CharField(_("first question"), max_length=200, blank=True)
    intent = models.CharField(_("intent of the first question"), max_length=60, blank=True)

    # Counted in the hour in which the customer first wrote, or in which the chat was opened when nobody wrote.
    hour = models.PositiveIntegerField(_("hour, counted from 1970"), default=0)
    opened_at = models.DateTimeField(_("opened"))
    first_customer_at = models.DateTimeField(_("customer's first message"), null=True, blank=True)
    last_customer_at = models.DateTimeField(_("customer's last message"), null=True, blank=True)
    first_ai_at = models.DateTimeField(_("AI's first reply"), null=True, blank=True)
    handoff_at = models.DateTimeField(_("person called"), null=True, blank=True)
    handoff_reason = models.CharField(_("reason of hand-over"), max_length=60, blank=True)
    queued_at = models.DateTimeField(_("last joined the queue"), null=True, blank=True)
    joined_at = models.DateTimeField(_("person joined"), null=True, blank=True)
    first_human_at = models.DateTimeField(_("person's first reply"), null=True, blank=True)
    ticket_at = models.DateTimeField(_("became a ticket"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("customer thanked the AI"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("left without a reply since"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    close_reason = models.CharField(_("reason of closing"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("closed, or last message"))
    next_customer_at = models.DateTimeField(_("customer came back"), null=True, blank=True)
    back_after_seconds = models.PositiveBigIntegerField(_("came back after, s"), null=True, blank=True)

    customer_messages = models.PositiveIntegerField(_("messages of the customer"), default=0)
    ai_messages = models.PositiveIntegerField(_("messages of the AI"), default=0)
    agent_messages = models.PositiveIntegerField(_("messages of people"), default=0)
    ai_answers = models.PositiveIntegerField(_("AI answered"), default=0)
    ai_clarifies = models.PositiveIntegerField(_("AI asked back"), default=0)
    ai_unknowns = models.PositiveIntegerField(_("times the AI did not know"), default=0)
    last_decision = models.CharField(_("AI's last decision"), max_length=20, blank=True)

    # A wait runs from the customer's first unanswered message to the reply.
    ai_turns = models.PositiveIntegerField(_("replies of the AI to a waiting customer"), default=0)
    ai_wait_ms = models.PositiveBigIntegerField(_("waits for the AI, sum, ms"), default=0)
    ai_wait_max_ms = models.PositiveBigIntegerField(_("longest wait for the AI, ms"), default=0)
    human_turns = models.PositiveIntegerField(_("replies of people to a waiting customer"), default=0)
    human_wait_ms = models.PositiveBigIntegerField(_("waits for people, sum, ms"), default=0)
    human_wait_max_ms = models.PositiveBigIntegerField(_("longest wait for people, ms"), default=0)
    human_turns_30s = models.PositiveIntegerField(_("people replied within 30 s"), default=0)
    human_turns_180s = models.PositiveIntegerField(_("people replied within 3 min"), default=0)
    first_human_wait_ms = models.PositiveBigIntegerField(_("wait for the first person, ms"), null=True, blank=True)
    handle_seconds = models.PositiveIntegerField(_("people's time, s"), default=0)

    rating = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)
    lead_at = models.DateTimeField(_("left contact"), null=True, blank=True)
    order_count = models.PositiveIntegerField(_("number of orders"), default=0)
    order_amount = models.PositiveBigIntegerField(_("order amount, fen"), default=0)

    class Meta:
        ordering = ["-hour", "-pk"]
        verbose_name = _("service episode")
        verbose_name_plural = _("service episodes")
        constraints = [models.UniqueConstraint(fields=["conversation", "start_seq"], name="episode_once")]
        indexes = [
            models.Index(fields=["hour"], name="episode_by_hour"),
            models.Index(fields=["ended_at"], name="episode_by_end"),
        ]

    def __str__(self) -> str:
        return self.question or f"#{self.conversation_id}"


class Participation(models.Model):
    """What one person did in one episode."""

    episode = models.ForeignKey(
        Episode, on_delete=models.CASCADE, related_name="participations", db_index=False, verbose_name=_("episode")
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("agent")
    )
    hour = models.PositiveIntegerField(_("hour, counted from 1970"), default=0)
    joined_at = models.DateTimeField(_("joined"))
    replies = models.PositiveIntegerField(_("replies"), default=0)
    turns = models.PositiveIntegerField(_("replies to a waiting customer"), default=0)
    wait_ms = models.PositiveBigIntegerField(_("waits, sum, ms"), default=0)
    turns_30s = models.PositiveIntegerField(_("replied within 30 s"), default=0)
    turns_180s = models.PositiveIntegerField(_("replied within 3 min"), default=0)
    first_wait_ms = models.PositiveBigIntegerField(_("wait for the first reply, ms"), null=True, blank=True)
    handle_seconds = models.PositiveIntegerField(_("time in the chat, s"), default=0)
    is_last = models.BooleanField(_("ended it"), default=False)

    class Meta:
        verbose_name = _("part of an agent")
        verbose_name_plural = _("parts of agents")
        constraints = [models.UniqueConstraint(fields=["episode", "agent"], name="participation_once")]
        indexes = [models.Index(fields=["hour"], name="participation_by_hour")]

    def __str__(self) -> str:
        return f"{self.agent_id}/{self.episode_id}"
