"""The floor: users, jobs, realtime, models and notices. It knows no other app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CsPlatformConfig(AppConfig):
    name = "cs_platform"
    verbose_name = _("Platform")
    role_permissions = {"manager": ["view_user", "add_user", "change_user"]}
