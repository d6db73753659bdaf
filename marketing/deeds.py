"""What is done in marketing, in the words of the audit trail."""

from django.utils.translation import gettext_lazy as _

from cs_platform.audit import name_deeds

name_deeds(
    {
        "broadcast.draft": _("Took a broadcast back to draft"),
        "broadcast.scheduled": _("Scheduled a broadcast"),
        "broadcast.running": _("Started a broadcast"),
        "broadcast.paused": _("Paused a broadcast"),
        "broadcast.finished": _("Finished a broadcast"),
        "broadcast.cancelled": _("Cancelled a broadcast"),
        "broadcast-recipients.exported": _("Exported the recipients of broadcasts"),
        "lead.update": _("Changed a lead"),
        "leads.exported": _("Exported leads"),
    }
)
