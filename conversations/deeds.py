"""What is done to conversations and their rows, in the words of the audit trail."""

from django.utils.translation import gettext_lazy as _

from cs_platform.audit import name_deeds

name_deeds(
    {
        "delivery.sent_again": _("Sent a platform message again"),
        "customer.contact_shown": _("Looked at a customer's contact details"),
        "customer.erased": _("Erased a customer's personal data"),
        "orders.imported": _("Imported orders"),
        "customers.exported": _("Exported customers"),
        "orders.exported": _("Exported orders"),
        "tickets.exported": _("Exported tickets"),
    }
)
