"""What is done to the figures, in the words of the audit trail."""

from django.utils.translation import gettext_lazy as _

from cs_platform.audit import name_deeds

name_deeds({"demo_removed": _("Removed the demo shop"), "costs.changed": _("Changed the cost assumptions")})
