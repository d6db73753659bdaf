"""The floor: users, jobs, realtime, models and notices. It knows no other app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

_REGISTERING = (
    "checks",
    "jobs",
    "heartbeats",
    "outbox",
    "handlers",
    "metrics",
    "presets",
    "shelf",
    "deeds",
    "variables",
    "offers",
)
_INTEGRATION = [
    "view_apikey",
    "add_apikey",
    "change_apikey",
    "view_webhookendpoint",
    "add_webhookendpoint",
    "change_webhookendpoint",
    "delete_webhookendpoint",
    "view_webhookdelivery",
]


class CsPlatformConfig(AppConfig):
    name = "cs_platform"
    verbose_name = _("Platform")
    role_permissions = {
        "manager": [
            *_INTEGRATION,
            "grant_personal_access",
            "view_user",
            "add_user",
            "change_user",
            "view_auditentry",
            "view_noticetarget",
            "add_noticetarget",
            "change_noticetarget",
            "delete_noticetarget",
            "view_noticedelivery",
            "view_outboxitem",
            "change_outboxitem",
        ],
        "integrator": _INTEGRATION,
    }

    def ready(self) -> None:
        # Like the admin finds `admin.py`: sweeps, system checks and listeners register themselves when imported.
        autodiscover_modules(*_REGISTERING)
        import_module("cs_platform.api.jobs")
        import_module("cs_platform.webhooks.jobs")
        import_module("cs_platform.webhooks.metrics")
