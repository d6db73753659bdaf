"""Writes of the back office: each makes every process see the change at once."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cs_platform.jobs import enqueue
from cs_platform.text import phrase_key
from routing.intent import ENCODED_AT_ONCE, example_vectors
from routing.models import Intent, IntentExample
from routing.version import INTENTS, RULES, bump_version


def announce_rules() -> None:
    """Rules, strategies or service hours have changed in this transaction."""
    bump_version(RULES)


def announce_intents() -> None:
    """Intents have changed in this transaction; rules name them by key, so these are read anew as well."""
    bump_version(INTENTS)
    bump_version(RULES)


@transaction.atomic
def save_examples(intent: Intent, texts: Iterable[str]) -> int:
    """Make these the examples of an intent; those that stay keep their vectors. Returns how many are new.

    Raises ValidationError when another intent has one of them already.
    """
    wanted = unique_texts(texts)
    if elsewhere := find_elsewhere(wanted, except_intent=intent.pk):
        text, name = next(iter(elsewhere.items()))
        raise ValidationError(_("“%(text)s” is an example of “%(name)s” already.") % {"text": text, "name": name})
    kept = dict(intent.examples.values_list("text", "pk"))
    intent.examples.exclude(text__in=wanted).delete()
    new = [text for text in wanted if text not in kept]
    IntentExample.objects.bulk_create(IntentExample(intent=intent, text=text) for text in new)
    announce_intents()
    enqueue(encode_examples)
    return len(new)


def find_elsewhere(texts: Sequence[str], *, except_intent: int) -> dict[str, str]:
    """Those of the texts that are another intent's examples already, with its name."""
    rows = IntentExample.objects.filter(text__in=texts).exclude(intent_id=except_intent).select_related("intent")
    return {row.text: row.intent.name for row in rows}


def unique_texts(texts: Iterable[str]) -> list[str]:
    """Without empty lines and repeats, in order."""
    found: dict[str, str] = {}
    for text in texts:
        if plain := " ".join(text.split()):
            found.setdefault(phrase_key(plain) or plain, plain)
    return list(found.values())


def encode_examples() -> int:
    """Give every example its vector, in the background; returns how many had none. Safe to repeat."""
    done = 0
    while rows := _without_vector():
        known = example_vectors(rows, at_once=ENCODED_AT_ONCE)
        if not any(row.text in known for row in rows):  # no encoder here
            break
        done += len(rows)
    if done:
        bump_version(INTENTS)
    return done


def _without_vector() -> list[IntentExample]:
    """The next few that need one."""
    rows = list(IntentExample.objects.filter(intent__is_enabled=True).order_by("pk"))
    known = example_vectors(rows, at_once=0)
    return [row for row in rows if row.text not in known][:ENCODED_AT_ONCE]
