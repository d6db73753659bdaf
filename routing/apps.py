"""Routing: decides from plain facts who answers. It knows no conversation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_EVERYTHING = ("view", "add", "change", "delete")
_KEPT_BY_MANAGERS = ("strategy", "schedule", "interval", "holiday", "duty", "skillgroup", "intent", "rule")


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Routing")
    role_permissions = {
        "manager": [
            *("view_channel", "add_channel", "change_channel", "view_agent", "change_agent"),
            *(f"{verb}_{model}" for verb in _EVERYTHING for model in _KEPT_BY_MANAGERS),
        ],
        "agent": ["view_channel", "view_agent"],
        "integrator": ["view_channel"],
    }
