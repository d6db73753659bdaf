"""One way in: a shop's website, a messaging platform."""

import json
import secrets

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cs_platform.fields import EncryptedTextField
from routing.models.schedule import Schedule
from routing.models.strategy import Strategy


def new_identity_secret() -> str:
    return secrets.token_urlsafe(32)


class Channel(models.Model):
    """One way in: a shop's website now, messaging platforms later. Its key stands in URLs."""

    class Kind(models.TextChoices):
        WEB = "web", _("Website")
        WECHAT = "wechat", _("WeChat official account")
        GENERIC = "generic", _("Any platform over HTTP")

    key = models.CharField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$", _("Lower-case letters, digits and hyphens."))],
        help_text=_("Part of the embed code; do not change it once the widget is on your site."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.WEB)
    name = models.CharField(_("name"), max_length=60)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    allowed_origins = models.TextField(
        _("sites that may embed it"),
        blank=True,
        help_text=_("One per line, such as https://shop.example.com. The platform's own address always may."),
    )
    language = models.CharField(
        _("language of the chat"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("In which the platform itself speaks to customers; knowledge is answered as it is written."),
    )
    title = models.CharField(_("title of the chat window"), max_length=60, blank=True)
    accent = models.CharField(
        _("colour"),
        max_length=7,
        default="#1f6feb",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour such as #1f6feb."))],
    )
    greeting = models.TextField(_("greeting"), blank=True)
    suggested_questions = models.TextField(
        _("suggested questions"),
        blank=True,
        help_text=_("One per line; shown below the greeting when knowledge has an entry with this question."),
    )
    strategy = models.ForeignKey(
        Strategy,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("strategy"),
        help_text=_("Who answers first, and when a person takes over. Empty: AI first."),
    )
    schedule = models.ForeignKey(
        Schedule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("service hours"),
        help_text=_("When persons answer. Empty: around the clock."),
    )
    identity_secret = EncryptedTextField(
        _("secret for signed customer identities"),
        default=new_identity_secret,
        help_text=_("Your shop signs who its logged-in customers are with it (JWT, HS256)."),
    )
    connection = EncryptedTextField(
        _("connection"),
        default="",
        blank=True,
        editable=False,
        help_text=_("What the platform's back office says, as JSON."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self) -> str:
        return self.name

    @property
    def display_title(self) -> str:
        return self.title or self.name

    @property
    def reception(self) -> Strategy:
        """The strategy, or the one that holds where none was chosen."""
        return self.strategy or Strategy()

    @property
    def connection_values(self) -> dict[str, str]:
        """What the platform needs to know us by; empty for a website."""
        values = json.loads(self.connection) if self.connection else {}
        return {str(name): str(value) for name, value in values.items()}

    def origins(self) -> list[str]:
        """The foreign origins that may open a chat, without trailing slashes."""
        return [line.strip().rstrip("/").lower() for line in self.allowed_origins.splitlines() if line.strip()]
