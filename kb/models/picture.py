"""Pictures that go out with an answer: a size chart, how to find a button."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.entry import Entry


class EntryPicture(models.Model):
    """One picture of an entry, written anew from its pixels. In the database, so that a backup has the whole answer."""

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("knowledge entry")
    )
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)
    body = models.BinaryField(_("picture"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("picture of an answer")
        verbose_name_plural = _("pictures of answers")
        constraints = [models.UniqueConstraint(fields=["entry", "sha256"], name="entry_picture_once")]

    def __str__(self) -> str:
        return self.name
