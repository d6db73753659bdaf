"""What a test run tried, kept as a deed and its subject, so that everybody reads its title in their own language."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

# Deed → how its title reads. A run without deed has a title that is nobody's words but the shop's: a question, a file.
_HEADINGS: dict[str, Any] = {
    "all": _("All golden questions"),
    "published": _("Published: %(subject)s"),
    "archived": _("Archived: %(subject)s"),
    "draft": _("Draft again: %(subject)s"),
    "deleted": _("Deleted: %(subject)s"),
    "samples_kept": _("Samples are kept"),
    "product": _("Product: %(subject)s"),
    "product_removed": _("Product removed: %(subject)s"),
    "synonyms": _("Synonyms: %(subject)s"),
    "special_word": _("Special word: %(subject)s"),
    "words_removed": _("Removed from the dictionary: %(subject)s"),
    "shipped_synonyms": _("Shipped synonyms: %(subject)s"),
    "stance": _("How much the AI dares: %(subject)s"),
}
DEEDS = frozenset(_HEADINGS)


@dataclass(frozen=True, slots=True)
class RunTitle:
    """What is tried: one of `DEEDS` (or none), and what it is done to."""

    subject: str = ""
    deed: str = ""

    def __str__(self) -> str:
        heading = _HEADINGS.get(self.deed)
        return self.subject if heading is None else str(heading) % {"subject": self.subject}
