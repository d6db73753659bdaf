"""Routing: decides from plain facts who answers. It knows no conversation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Routing")
    role_permissions = {
        "manager": ["view_channel", "add_channel", "change_channel", "view_agent"],
        "agent": ["view_channel", "view_agent"],
        "integrator": ["view_channel"],
    }
