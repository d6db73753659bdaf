"""Reports: reads everybody and is read by nobody."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")
    role_permissions = {
        "manager": [
            "view_episode",
            "change_costassumption",
            *(
                f"{verb}_{noun}"
                for noun in ("channelcost", "subscriber")
                for verb in ("view", "add", "change", "delete")
            ),
        ]
    }
