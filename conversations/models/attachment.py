"""An image or a file in a conversation: uploaded first, part of a message once it is sent."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation
from conversations.models.message import Message


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unsent(self) -> "AttachmentQuerySet":
        return self.filter(message__isnull=True)

    def of_visitor(self) -> "AttachmentQuerySet":
        return self.filter(uploaded_by__isnull=True)

    def uploaded_before(self, moment: datetime) -> "AttachmentQuerySet":
        return self.filter(created_at__lt=moment)


class Attachment(models.Model):
    """One stored file. `stored_as` is a name of our own under MEDIA_ROOT; what the sender called it is only shown.

    Random for what somebody uploads; a picture of the shop's own is one file, whoever gets it.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        FILE = "file", _("File")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("conversation")
    )
    message = models.ForeignKey(
        Message,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("message"),
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
        help_text=_("Empty: the customer."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, editable=False)
    stored_as = models.CharField(max_length=120, editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(fields=["created_at"], name="attachment_unsent", condition=models.Q(message__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name

    def snapshot(self) -> dict[str, object]:
        """What its message keeps of it, so that frames are made without another query."""
        return {
            "id": self.pk,
            "name": self.name,
            "kind": self.kind,
            "type": self.content_type,
            "size": self.size,
            "width": self.width,
            "height": self.height,
        }
