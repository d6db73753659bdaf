"""What an entry said before: one numbered snapshot per change."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EntryVersion(models.Model):
    """An entry as it was from this change on. `snapshot` holds its text, scope and state as plain values."""

    class Deed(models.TextChoices):
        BASELINE = "baseline", pgettext_lazy("version", "As it was before")
        CREATED = "created", pgettext_lazy("version", "Created")
        EDITED = "edited", pgettext_lazy("version", "Edited")
        SUBMITTED = "submitted", pgettext_lazy("version", "Sent to review")
        RETURNED = "returned", pgettext_lazy("version", "Sent back")
        PUBLISHED = "published", pgettext_lazy("version", "Published")
        UNPUBLISHED = "unpublished", pgettext_lazy("version", "Back to draft")
        ARCHIVED = "archived", pgettext_lazy("version", "Archived")
        IMPORTED = "imported", pgettext_lazy("version", "Imported")
        REVERTED = "reverted", pgettext_lazy("version", "Taken back")
        MERGED = "merged", pgettext_lazy("version", "Merged")

    entry = models.ForeignKey(
        "kb.Entry", on_delete=models.CASCADE, related_name="versions", verbose_name=_("knowledge entry")
    )
    number = models.PositiveIntegerField(_("number"))
    deed = models.CharField(_("what happened"), max_length=12, choices=Deed.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)
    snapshot = models.JSONField(_("content"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["entry", "-number"]
        verbose_name = _("version of an entry")
        verbose_name_plural = _("versions of entries")
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="entry_version_number_once")]

    def __str__(self) -> str:
        return f"{self.snapshot.get('question', '')} v{self.number}"
