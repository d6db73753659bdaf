"""From the intent bank into the shop's own knowledge."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.categories import ensure_paths, split_path
from kb.lexicon.intents import Intent, intents_by_key
from kb.models import Entry, SetAside
from kb.services.entries import find_same_question, has_only_samples, save_entry


def draft_from_bank(key: str, *, by: User) -> Entry:
    """A draft about a matter, with the bank's wordings as phrasings and no answer yet; one that exists is returned."""
    intent = _known(key)
    question, *variants = intent.paraphrases
    if (same := find_same_question(question)) is not None:
        return same
    with transaction.atomic():
        category = ensure_paths([intent.category])[split_path(intent.category)]
        entry = Entry(question=question, variants="\n".join(variants), category=category, is_sample=has_only_samples())
        return save_entry(entry, by=by)


def set_aside(key: str) -> None:
    """This shop has nothing to do with the matter: it is not missed any more."""
    SetAside.objects.get_or_create(key=_known(key).key)


def take_back(key: str) -> None:
    """The matter counts again."""
    SetAside.objects.filter(key=key).delete()


def _known(key: str) -> Intent:
    if (intent := intents_by_key().get(key)) is None:
        raise ValidationError(_("The intent bank has no such matter."))
    return intent
