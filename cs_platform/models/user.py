"""Somebody who works here."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who works here: manager, agent or integrator (roles are groups)."""

    display_name = models.CharField(
        _("display name"),
        max_length=60,
        blank=True,
        help_text=_("The name that customers see."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        """The name shown to customers and colleagues; never the log-in's e-mail address."""
        return user_name(self.display_name, self.first_name, self.last_name, self.username)


def user_name(display_name: str, first_name: str, last_name: str, username: str) -> str:
    """The first of these that is there: the name to show, the full name, the log-in's name."""
    return display_name or f"{first_name} {last_name}".strip() or username
