"""Who is there to answer."""

from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PRESENCE_SECONDS = 60  # an agent whose console was silent for so long is not there


class AgentQuerySet(models.QuerySet["Agent"]):
    def present(self) -> "AgentQuerySet":
        """Online and heard of lately: a crashed console does not count as a person."""
        since = timezone.now() - timedelta(seconds=PRESENCE_SECONDS)
        return self.filter(presence=Agent.Presence.ONLINE, last_seen_at__gte=since, user__is_active=True)

    def accepting(self) -> "AgentQuerySet":
        """There, and given customers without asking."""
        return self.present().filter(accepts_automatically=True)

    def absent(self) -> "AgentQuerySet":
        """Gone: by the switch, by a console that is heard of no more, or because the account is disabled."""
        since = timezone.now() - timedelta(seconds=PRESENCE_SECONDS)
        is_gone = models.Q(presence=Agent.Presence.OFFLINE) | models.Q(last_seen_at__lt=since)
        return self.filter(is_gone | models.Q(last_seen_at=None) | models.Q(user__is_active=False))


class Agent(models.Model):
    """A user in the role of answering customers, and whether that person is there now."""

    class Presence(models.TextChoices):
        ONLINE = "online", _("Online")
        AWAY = "away", _("Away")
        OFFLINE = "offline", _("Offline")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="agent", verbose_name=_("user")
    )
    presence = models.CharField(_("presence"), max_length=10, choices=Presence.choices, default=Presence.OFFLINE)
    capacity = models.PositiveSmallIntegerField(
        _("chats at the same time"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Nobody is given more chats than this automatically; taking over by hand is always possible."),
    )
    accepts_automatically = models.BooleanField(
        _("gets chats automatically"),
        default=False,
        help_text=_("Waiting customers are given to this person without a click while there is room."),
    )
    last_assigned_at = models.DateTimeField(_("last chat given"), null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return str(self.user)
