"""What is done on the floor, in the words of the audit trail."""

from django.utils.translation import gettext_lazy as _

from cs_platform.audit import name_deeds

name_deeds(
    {
        "logged in": _("Logged in"),
        "second_factor.set_up": _("Set up two-step verification"),
        "second_factor.refused": _("Gave a wrong code at the second step"),
        "second_factor.recovery_used": _("Used a recovery code"),
        "second_factor.codes_renewed": _("Made new recovery codes"),
        "second_factor.removed": _("Took two-step verification away"),
        "person.created": _("Added a person"),
        "person.changed": _("Changed a person"),
        "person.roles_changed": _("Changed a person's roles"),
        "person.password_set": _("Set a new password"),
        "preset applied": _("Applied a shop size"),
        "api_key.created": _("Created an API key"),
        "api_key.changed": _("Changed an API key"),
        "api_key.revoked": _("Revoked an API key"),
        "event.told_again": _("Told of an event again"),
        "webhook.created": _("Created a webhook address"),
        "webhook.changed": _("Changed a webhook address"),
        "webhook.deleted": _("Deleted a webhook address"),
        "webhook.disabled": _("Switched a webhook address off"),
        "webhook.secret_rotated": _("Renewed a webhook secret"),
        "webhook.tested": _("Tested a webhook address"),
        "webhook.replayed": _("Sent webhooks again"),
    }
)
