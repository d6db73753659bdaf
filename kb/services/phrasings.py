"""A customer's wording becomes a phrasing of the entry that answers it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cs_platform.masking import hide_personal
from cs_platform.models import User
from cs_platform.text import clean_question, phrase_key
from kb.models import Entry
from kb.models.gap import QUESTION_CHARACTERS_MAX
from kb.services.entries import save_entry
from kb.services.foresight import tried_ahead
from kb.services.locks import lock_entries


@tried_ahead
@transaction.atomic
def add_phrasing(entry_id: int, question: str, *, by: User | None) -> Entry:
    """Add a wording, without greeting and personal data, to an entry; one that it has already changes nothing.

    Raises ValidationError for an entry that is gone or is found by patterns, and for a text without words.
    """
    entry = lock_entries(entry_id).get(entry_id)
    if entry is None:
        raise ValidationError(_("This entry does not exist any more."))
    text = hide_personal(clean_question(question)).rstrip(" ?!？！")[:QUESTION_CHARACTERS_MAX]
    if not phrase_key(text):
        raise ValidationError(_("There are no words in it."))
    join_phrasings(entry, [text], by=by)
    return entry


def join_phrasings(entry: Entry, texts: Iterable[str], *, by: User | None, deed: str = "") -> list[str]:
    """Wordings, as they are, become phrasings of an entry; returns those that it did not have yet.

    Raises ValidationError for an entry that is found by patterns: among those a customer's sentence would be one.
    """
    known = {phrase_key(text) for text in entry.phrasings}
    fresh = {key: text for text in texts if (key := phrase_key(text)) not in known}
    new = list(fresh.values())
    if new and entry.match_mode == Entry.MatchMode.PATTERN:
        raise ValidationError(_("This entry is found by patterns: change them on its page."))
    if new:
        entry.variants = "\n".join(filter(None, (entry.variants.strip(), *new)))
        save_entry(entry, by=by, deed=deed)
    return new
