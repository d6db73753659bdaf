"""What keeps every process's search up to date: a version number, and sentence vectors by text."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KnowledgeVersion(models.Model):
    """A single row (pk 1) whose number rises with every change of what can be found."""

    number = models.BigIntegerField(_("number"), default=0)

    class Meta:
        verbose_name = _("knowledge version")
        verbose_name_plural = _("knowledge versions")

    def __str__(self) -> str:
        return str(self.number)


class Vector(models.Model):
    """The sentence vector of one text under one model; entries that share a text share the row."""

    model_id = models.CharField(_("model"), max_length=100)
    text_hash = models.CharField(_("hash of the text"), max_length=64)
    numbers = models.BinaryField(_("float16 numbers"))

    class Meta:
        verbose_name = _("sentence vector")
        verbose_name_plural = _("sentence vectors")
        constraints = [models.UniqueConstraint(fields=["model_id", "text_hash"], name="vector_once_per_model_and_text")]

    def __str__(self) -> str:
        return self.text_hash
