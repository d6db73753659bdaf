"""Cards that are pushed into a chat: a form for contact details, a name card, products."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models import Product

PRODUCTS_MAX = 3


class CardQuerySet(models.QuerySet["Card"]):
    def for_agents(self) -> "CardQuerySet":
        """What an agent may push from the console."""
        return self.filter(is_active=True, is_for_agents=True)

    def for_rules(self) -> "Card | None":
        """What a rule shows that asks for contact details: the chosen lead card, else the first."""
        return self.filter(is_active=True, kind=Card.Kind.LEAD).order_by("-is_default", "pk").first()


class Card(models.Model):
    """What is shown, and what is sent instead where a platform allows no card."""

    class Kind(models.TextChoices):
        LEAD = "lead", _("Lead card")
        CONTACT = "contact", _("Name card")
        PRODUCT = "product", _("Product card")

    class Ask(models.TextChoices):
        NO = "no", _("Not asked")
        OPTIONAL = "optional", _("Optional")
        REQUIRED = "required", _("Required")

    name = models.CharField(_("name"), max_length=60, unique=True, help_text=_("Only you and your colleagues see it."))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.LEAD)
    title = models.CharField(_("title"), max_length=60)
    text = models.CharField(_("text"), max_length=300, blank=True)
    plain_text = models.TextField(
        _("text where cards are not allowed"),
        blank=True,
        validators=[MaxLengthValidator(500)],
        help_text=_(
            "Sent instead of the card on platforms that forbid it. Without phone numbers and WeChat ids: Douyin and"
            " Xiaohongshu punish those. Empty: nothing is sent there."
        ),
    )
    is_for_agents = models.BooleanField(_("agents may send it from the console"), default=True)
    is_default = models.BooleanField(
        _("for rules and strategies"),
        default=False,
        help_text=_("The lead card that is shown where a rule or a channel's strategy asks for contact details."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    ask_name = models.CharField(_("asks for the name"), max_length=10, choices=Ask.choices, default=Ask.OPTIONAL)
    ask_phone = models.CharField(_("asks for the phone"), max_length=10, choices=Ask.choices, default=Ask.REQUIRED)
    ask_wechat = models.CharField(_("asks for WeChat"), max_length=10, choices=Ask.choices, default=Ask.NO)
    ask_email = models.CharField(_("asks for the e-mail"), max_length=10, choices=Ask.choices, default=Ask.NO)
    ask_note = models.CharField(_("asks for free text"), max_length=10, choices=Ask.choices, default=Ask.NO)
    note_label = models.CharField(_("label of the free text"), max_length=40, blank=True)
    button = models.CharField(_("button"), max_length=20, blank=True)
    consent_text = models.CharField(
        _("consent"),
        max_length=300,
        blank=True,
        help_text=_("The customer ticks this before sending. It is kept with the time as proof."),
    )
    thanks = models.CharField(_("thanks"), max_length=200, blank=True, help_text=_("Written after the form was sent."))

    contact_name = models.CharField(_("name"), max_length=60, blank=True)
    contact_role = models.CharField(_("role"), max_length=60, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=30, blank=True)
    contact_wechat = models.CharField(_("WeChat"), max_length=30, blank=True)
    qr_png = models.BinaryField(_("QR code"), null=True, blank=True, editable=False)
    qr_version = models.CharField(max_length=16, blank=True, editable=False)

    products = models.ManyToManyField(
        Product, blank=True, related_name="+", verbose_name=_("products"), help_text=_("At most three.")
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("card")
        verbose_name_plural = _("cards")

    def __str__(self) -> str:
        return self.name

    def asked(self) -> dict[str, bool]:
        """The fields of a lead card in their order: name of the field, whether it must be filled in."""
        asks = {name: getattr(self, f"ask_{name}") for name in ("name", "phone", "wechat", "email", "note")}
        return {name: ask == self.Ask.REQUIRED for name, ask in asks.items() if ask != self.Ask.NO}
