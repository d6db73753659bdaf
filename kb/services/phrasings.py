"""A customer's wording becomes a phrasing of the entry that answers it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cs_platform.masking import hide_personal
from cs_platform.models import User
from cs_platform.text import clean_question, phrase_key
from kb.models import Entry
from kb.models.gap import QUESTION_CHARACTERS_MAX
from kb.services.entries import save_entry


@transaction.atomic
def add_phrasing(entry_id: int, question: str, *, by: User | None) -> Entry:
    """Add a wording, without greeting and personal data, to an entry; one that it has already changes nothing.

    Raises ValidationError for an entry that is gone or is found by patterns, and for a text without words.
    """
    entry = Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise ValidationError(_("This entry does not exist any more."))
    if entry.match_mode == "pattern":
        raise ValidationError(_("This entry is found by patterns: change them on its page."))
    text = hide_personal(clean_question(question)).rstrip(" ?!？！")[:QUESTION_CHARACTERS_MAX]
    if not phrase_key(text):
        raise ValidationError(_("There are no words in it."))
    if phrase_key(text) not in {phrase_key(known) for known in entry.phrasings}:
        entry.variants = "\n".join(filter(None, (entry.variants.strip(), text)))
        save_entry(entry, by=by)
    return entry
