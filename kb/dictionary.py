"""The shop's own dictionary as the search takes it, and what is wrong with a change to it."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from cs_platform.text import plain
from kb.codes import Article, Catalogue
from kb.models import Product, SwitchedOffGroup, SynonymGroup, Term
from kb.models.dictionary import WORD_CHARACTERS_MAX, WORDS_PER_GROUP_MAX
from kb.vocabulary import Dictionary, Vocabulary, vocabulary_of

Kind = Term.Kind
_ARTICLES_MAX = 20_000


def current_vocabulary() -> Vocabulary:
    """The shipped words with the shop's own; the same object as long as nothing has changed."""
    return vocabulary_of(current_dictionary())


def current_dictionary() -> Dictionary:
    """The rows of the dictionary, as they are compared."""
    terms = [(term.kind, word_key(term.word), word_key(term.right_word)) for term in Term.objects.order_by("pk")]
    groups = SynonymGroup.objects.order_by("pk").values_list("words", flat=True)
    return Dictionary(
        groups=tuple(tuple(unique_words(words.splitlines())) for words in groups),
        protected=tuple(word for kind, word, _right in terms if kind == Kind.PROTECTED),
        stop_words=tuple(word for kind, word, _right in terms if kind == Kind.STOP),
        corrections=tuple((word, right) for kind, word, right in terms if kind == Kind.MISSPELLING),
        switched_off=frozenset(SwitchedOffGroup.objects.values_list("first_word", flat=True)),
    )


def current_catalogue() -> Catalogue:
    """What the shop sells, by number and name."""
    return catalogue_of(current_articles())


def current_articles() -> Iterable[tuple[str, str]]:
    """The numbers and names of what the shop sells."""
    return Product.objects.order_by("pk").values_list("sku", "name")[:_ARTICLES_MAX]


def catalogue_of(articles: Iterable[tuple[str, str]]) -> Catalogue:
    """The same, ready to be found in texts."""
    return Catalogue(Article(sku, name) for sku, name in articles)


def word_key(word: str) -> str:
    """The spelling in which a word is looked for."""
    return plain(word)


def unique_words(words: Iterable[str]) -> list[str]:
    """The words as they are looked for, without empty ones and repeats, in order."""
    return [word for word in dict.fromkeys(map(word_key, words)) if word]


def problem_of_group(words: Sequence[str], others: Dictionary) -> str:
    """Why these words cannot be a group beside the rest of the dictionary; empty when they can."""
    if len(words) < 2:
        return _("A group needs at least two words.")
    if len(words) > WORDS_PER_GROUP_MAX:
        return _("A group has at most %(count)s words.") % {"count": WORDS_PER_GROUP_MAX}
    if too_long := next((word for word in words if len(word) > WORD_CHARACTERS_MAX), None):
        text = _("“%(word)s…” is too long: a word has at most %(count)s characters.")
        return text % {"word": too_long[:10], "count": WORD_CHARACTERS_MAX}
    for word in words:
        if group := next((group for group in others.groups if word in group), None):
            return _("“%(word)s” is in the group “%(group)s” already.") % {"word": word, "group": " = ".join(group)}
        if word in _special(others):
            return _("“%(word)s” is a term of its own already: %(kind)s.") % {
                "word": word,
                "kind": Kind(_special(others)[word]).label,
            }
    return ""


def problem_of_term(kind: str, word: str, right: str, others: Dictionary) -> tuple[str, str]:
    """(field, why) when this term cannot be beside the rest of the dictionary; empty texts when it can."""
    if not word:
        return "word", _("A word is needed.")
    if word in _special(others):
        return "word", _("“%(word)s” is a term of its own already: %(kind)s.") % {
            "word": word,
            "kind": Kind(_special(others)[word]).label,
        }
    if group := next((group for group in others.groups if word in group), None):
        text = _("“%(word)s” is in the group “%(group)s” already.")
        return "word", text % {"word": word, "group": " = ".join(group)}
    if kind == Kind.MISSPELLING:
        return _problem_of_misspelling(word, right, others)
    wrong = next((wrong for wrong, meant in others.corrections if meant == word), None)
    if kind == Kind.STOP and wrong is not None:
        return "word", _("“%(wrong)s” is read as this word.") % {"wrong": wrong}
    return "", ""


def _problem_of_misspelling(word: str, right: str, others: Dictionary) -> tuple[str, str]:
    """No circles and no chains: what is right must not be called wrong elsewhere."""
    corrections = dict(others.corrections)
    if len(word) < 2:
        return "word", _("A single character is right in too many words: write the whole word.")
    if not right:
        return "right_word", _("What is the right word?")
    if word in right:
        return "right_word", _("The right word contains the wrong one: right text would be changed as well.")
    if right in corrections:
        text = _("“%(right)s” is itself read as “%(other)s”. Name that word here.")
        return "right_word", text % {"right": right, "other": corrections[right]}
    if wrong := next((wrong for wrong, meant in others.corrections if meant == word), None):
        return "word", _("“%(wrong)s” is read as this word.") % {"wrong": wrong}
    return "", ""


def _special(dictionary: Dictionary) -> dict[str, str]:
    """The kind of every word that is a term of its own."""
    return {
        **dict.fromkeys(dictionary.protected, Kind.PROTECTED.value),
        **dict.fromkeys(dictionary.stop_words, Kind.STOP.value),
        **{wrong: Kind.MISSPELLING.value for wrong, _right in dictionary.corrections},
    }
