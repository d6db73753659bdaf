"""Marketing: starts conversations (wake-ups, cards, broadcasts)."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_EVERYTHING = ("view", "add", "change", "delete")


class MarketingConfig(AppConfig):
    name = "marketing"
    verbose_name = _("Marketing")
    role_permissions = {
        "manager": [
            *(f"{verb}_{model}" for verb in _EVERYTHING for model in ("card", "trigger", "segment", "broadcast")),
            "send_broadcast",
            "view_broadcastrecipient",
            "view_lead",
            "add_lead",
            "change_lead",
            "view_leadcapture",
            "view_ordernotice",
            "change_ordernotice",
            "view_ordernoticesent",
        ],
        "agent": ["view_card", "view_lead", "add_lead"],
    }
