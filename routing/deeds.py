"""What is done to routing, in the words of the audit trail."""

from django.utils.translation import gettext_lazy as _

from cs_platform.audit import name_deeds

name_deeds({"channel.connection_changed": _("Changed a channel's connection")})
