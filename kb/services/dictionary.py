"""Writes to the shop's own dictionary. Each counts from the next question on, in every process."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cs_platform.audit import record
from cs_platform.models import User
from kb.dictionary import current_dictionary, problem_of_group, problem_of_term, unique_words, word_key
from kb.lexicon import synonym_groups
from kb.models import SwitchedOffGroup, SynonymGroup, Term
from kb.run_titles import RunTitle
from kb.services.foresight import tried_ahead
from kb.services.gate import guarded
from kb.version import bump_version
from kb.vocabulary import Dictionary


@tried_ahead
def save_group(group: SynonymGroup, *, by: User | None) -> SynonymGroup:
    """Store a group; raises ValidationError for `words` that are elsewhere already, too few or too long."""
    with guarded(by=by, what=RunTitle(_listed(group.words.splitlines()), "synonyms"), is_forced=True):
        bump_version()  # first of all: whoever writes the dictionary waits here for the others
        words = unique_words(group.words.splitlines())
        if problem := problem_of_group(words, without_group(current_dictionary(), group.pk)):
            raise ValidationError({"words": problem})
        group.words = "\n".join(words)
        group.save()
        record("dictionary.group_saved", group, by=by, words=words)
        return group


@tried_ahead
def save_term(term: Term, *, by: User | None) -> Term:
    """Store a term; raises ValidationError with the field that does not fit the rest of the dictionary."""
    with guarded(by=by, what=RunTitle(term.word, "special_word"), is_forced=True):
        bump_version()
        term.key, right = word_key(term.word), word_key(term.right_word)
        term.right_word = right if term.kind == Term.Kind.MISSPELLING else ""
        field, problem = problem_of_term(term.kind, term.key, right, without_term(current_dictionary(), term.pk))
        if problem:
            raise ValidationError({field: problem})
        term.save()
        record("dictionary.term_saved", term, by=by, kind=term.kind)
        return term


@tried_ahead
def delete_from_dictionary(rows: Iterable[SynonymGroup | Term], *, by: User | None) -> int:
    """Take groups or terms out; returns how many."""
    found = list(rows)
    with guarded(by=by, what=RunTitle(_listed(map(str, found)), "words_removed"), is_forced=True):
        if found:
            bump_version()
        for row in found:
            record("dictionary.removed", row, by=by)
            row.delete()
        return len(found)


@tried_ahead
def switch_shipped_group(first_word: str, *, is_on: bool, by: User | None) -> None:
    """Do without a shipped group, or with it again. Raises ValidationError for a group that is not shipped."""
    with guarded(by=by, what=RunTitle(first_word, "shipped_synonyms"), is_forced=True):
        if first_word not in {group[0] for group in synonym_groups()}:
            raise ValidationError(_("There is no such group."))
        bump_version()
        if is_on:
            SwitchedOffGroup.objects.filter(first_word=first_word).delete()
        else:
            SwitchedOffGroup.objects.get_or_create(first_word=first_word)
        record("dictionary.shipped_switched", by=by, group=first_word, is_on=is_on)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)[:120]


def without_group(dictionary: Dictionary, group_id: int | None) -> Dictionary:
    """The dictionary but for one stored group."""
    words = SynonymGroup.objects.filter(pk=group_id or 0).values_list("words", flat=True).first()
    own = tuple(unique_words(words.splitlines())) if words else ()
    return dictionary.but(groups=tuple(group for group in dictionary.groups if group != own))


def without_term(dictionary: Dictionary, term_id: int | None) -> Dictionary:
    """The dictionary but for one stored term."""
    key = Term.objects.filter(pk=term_id or 0).values_list("key", flat=True).first() or ""
    return dictionary.but(
        protected=tuple(word for word in dictionary.protected if word != key),
        stop_words=tuple(word for word in dictionary.stop_words if word != key),
        corrections=tuple(pair for pair in dictionary.corrections if pair[0] != key),
    )
