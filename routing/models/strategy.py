"""How a channel's customers are received: who answers first, and when a person takes over."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Strategy(models.Model):
    """A way of receiving customers that one or several channels use."""

    class Mode(models.TextChoices):
        AI_FIRST = "ai_first", _("AI first")
        PERSON_FIRST = "person_first", _("Person first, AI outside hours")
        VIP_PERSON_FIRST = "vip_person_first", _("Person first for VIP customers, AI for the others")
        AI_AND_CARD = "ai_and_card", _("AI first, with a contact card outside hours")
        PERSON_ONLY = "person_only", _("Persons only, no AI")

    class Sensitivity(models.TextChoices):
        HIGH = "high", _("Already at displeasure")
        NORMAL = "normal", _("At clear anger or disappointment")
        LOW = "low", _("Only at fury and threats")

    class Stance(models.TextChoices):
        CAREFUL = "careful", _("Careful: asks back unless nearly certain; hardly ever wrong")
        BALANCED = "balanced", _("Balanced: answers when fairly sure, asks back otherwise")
        BOLD = "bold", _("Bold: answers more by itself, and is wrong more often")

    name = models.CharField(_("name"), max_length=60, unique=True)
    mode = models.CharField(_("who answers first"), max_length=20, choices=Mode.choices, default=Mode.AI_FIRST)
    misses_before_handoff = models.PositiveSmallIntegerField(
        _("misses in a row before a person takes over"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("So often in a row the AI may fail to answer."),
    )
    wait_seconds = models.PositiveIntegerField(
        _("seconds of waiting before a person takes over"),
        default=120,
        validators=[MinValueValidator(10), MaxValueValidator(3600)],
        help_text=_("A customer who has waited for an answer for longer than this gets a person."),
    )
    hands_over_negative = models.BooleanField(
        _("negative feeling hands over"),
        default=True,
        help_text=_("An angry or disappointed customer gets a person without asking for one."),
    )
    sensitivity = models.CharField(
        _("from which feeling on"), max_length=10, choices=Sensitivity.choices, default=Sensitivity.NORMAL
    )
    agent_seconds = models.PositiveIntegerField(
        _("seconds an agent may let a customer wait"),
        default=300,
        validators=[MinValueValidator(30), MaxValueValidator(7200)],
        help_text=_(
            "After half of it the agent is reminded; after all of it the customer goes back to the queue. An agent who"
            " is away loses the customer after half of it, one whose console is closed at once."
        ),
    )
    assigned_seconds = models.PositiveIntegerField(
        _("seconds to begin a chat that was given automatically"),
        default=120,
        validators=[MinValueValidator(20), MaxValueValidator(3600)],
        help_text=_("An agent who has not answered by then loses the chat, and is set to away."),
    )
    widen_seconds = models.PositiveIntegerField(
        _("seconds until another skill group may help"),
        default=60,
        validators=[MaxValueValidator(7200)],
        help_text=_("For so long a customer waits for the wanted group alone."),
    )
    ticket_minutes = models.PositiveIntegerField(
        _("minutes until a wait becomes a ticket"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text=_("Only while nobody is there: the customer gets a ticket and a time by which it is dealt with."),
    )
    ai_idle_minutes = models.PositiveIntegerField(
        _("minutes until a silent chat with the AI ends"),
        default=30,
        validators=[MaxValueValidator(10080)],
        help_text=_("0: never. The customer can write again at any time."),
    )
    person_idle_minutes = models.PositiveIntegerField(
        _("minutes until a silent chat with an agent ends"),
        default=60,
        validators=[MaxValueValidator(10080)],
        help_text=_("0: never. The customer is warned five minutes before."),
    )
    stance = models.CharField(
        _("how much the AI dares"),
        max_length=10,
        choices=Stance.choices,
        default=Stance.BALANCED,
        help_text=_(
            "How sure the AI must be to answer by itself; when it is less sure, the customer chooses between questions."
            " Exact phrasings are always answered."
        ),
    )
    persona = models.TextField(
        _("tone of the AI"),
        blank=True,
        help_text=_("In your own words, such as: warm and brief, calls customers 亲, no stock phrases."),
    )
    banned_openers = models.TextField(
        _("words that no answer begins with"),
        blank=True,
        help_text=_(
            "One per line. Such a sentence is left out at the beginning of an answer, like the well-known ones"
            " (“您好，请问有什么可以帮您”) anyway; answers that are word for word only stay as they are."
        ),
    )
    ai_label = models.CharField(
        _("name shown with the AI's messages"),
        max_length=40,
        blank=True,
        help_text=_("Customers must be able to see that an AI writes. Empty: “AI assistant”."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")

    def __str__(self) -> str:
        return self.name

    @property
    def is_ai_enabled(self) -> bool:
        """Whether the AI ever answers here."""
        return self.mode != self.Mode.PERSON_ONLY
