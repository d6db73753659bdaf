"""The shop's own dictionary: words that mean the same, and words that are treated in a special way."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kb.models.entry import lines

WORD_CHARACTERS_MAX = 40
WORDS_PER_GROUP_MAX = 60


class SynonymGroup(models.Model):
    """Words that mean the same to the shop's customers, one per line; the first stands for all of them.

    Rows of the dictionary change through `kb.services.dictionary` only: that is what keeps a word in one place and
    makes every process search with it.
    """

    words = models.TextField(
        _("synonyms"),
        help_text=_("One per line, two at least. The first one stands for all of them: write the usual word there."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("For colleagues: why it is here."))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["-updated_at", "-pk"]
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")

    def __str__(self) -> str:
        return " = ".join(self.listed)

    @property
    def listed(self) -> list[str]:
        return lines(self.words)


class Term(models.Model):
    """A word that the search treats in a special way."""

    class Kind(models.TextChoices):
        PROTECTED = "protected", _("Protected")
        STOP = "stop", _("Stop word")
        MISSPELLING = "misspelling", _("Misspelling")

    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=Kind.choices,
        default=Kind.PROTECTED,
        help_text=_(
            "Protected: never split or replaced, as names of brands and goods. Stop word: counts for nothing."
            " Misspelling: read as the right word."
        ),
    )
    word = models.CharField(_("word"), max_length=WORD_CHARACTERS_MAX)
    key = models.CharField(max_length=2 * WORD_CHARACTERS_MAX, unique=True, editable=False)
    right_word = models.CharField(
        _("right word"), max_length=WORD_CHARACTERS_MAX, blank=True, help_text=_("For a misspelling only.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True, help_text=_("For colleagues: why it is here."))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["kind", "word"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")

    def __str__(self) -> str:
        return f"{self.word} → {self.right_word}" if self.right_word else self.word


class SwitchedOffGroup(models.Model):
    """A shipped synonym group, known by its first word, that this shop does without."""

    first_word = models.CharField(_("first word"), max_length=WORD_CHARACTERS_MAX, unique=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("switched-off synonym group")
        verbose_name_plural = _("switched-off synonym groups")

    def __str__(self) -> str:
        return self.first_word
