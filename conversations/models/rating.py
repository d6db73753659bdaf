"""What the customer thought of the service."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Rating(models.Model):
    """A score from 1 to 5 for one episode of a conversation; rating again replaces it."""

    conversation = models.ForeignKey(
        "conversations.Conversation",
        on_delete=models.CASCADE,
        related_name="ratings",
        verbose_name=_("conversation"),
    )
    episode_seq = models.PositiveIntegerField(editable=False)
    score = models.PositiveSmallIntegerField(_("score"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.CharField(_("comment"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("given"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [models.UniqueConstraint(fields=["conversation", "episode_seq"], name="rating_once_per_episode")]

    def __str__(self) -> str:
        return str(self.score)
