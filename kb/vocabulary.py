"""Which words mean the same: the shipped groups together with the shop's own dictionary. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from cs_platform.text import plain
from kb.lexicon import loanword_groups, synonym_groups
from kb.tries import pattern_of

# A mark per group or protected term, from private use areas: no shopper's text holds these, normalising drops them.
_FIRST_SHIPPED = 0xE000
_FIRST_OWN = 0xF0000
_FIRST_PROTECTED = 0xF8000


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The shop's own words, normalised. `switched_off` are the first words of shipped groups that do not apply."""

    groups: tuple[tuple[str, ...], ...] = ()
    protected: tuple[str, ...] = ()
    stop_words: tuple[str, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    switched_off: frozenset[str] = frozenset()

    def but(self, **fields: Any) -> "Dictionary":
        """The same dictionary with other values in some fields."""
        return replace(self, **fields)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one word. `head` stands for it; `kind` is shop, shipped, protected or stop."""

    head: str
    mark: str
    kind: str


@dataclass(frozen=True, slots=True)
class Found:
    """A known word in a text."""

    start: int
    end: int
    word: str
    known: Known


class Vocabulary:
    """Words ready for use; immutable, and equal only to itself, so that results may be remembered by it."""

    def __init__(self, dictionary: Dictionary = Dictionary()) -> None:
        self.dictionary = dictionary
        self.words = _known_words(dictionary)
        self._pattern = pattern_of(self.words)
        self._corrections = dict(dictionary.corrections)
        self._wrong = pattern_of(self._corrections)
        self._protected = pattern_of(dictionary.protected)

    def canonical(self, text: str) -> str:
        """The text with every known word replaced by its group's first one, and one mark per group found at the end.

        The marks stand apart, so as n-grams they count as one word each: "运费谁出" and "邮费谁付" share two groups
        even though they share few characters. A protected term becomes its mark alone: no part of it is found.
        """
        return self.canonical_of(plain(text))

    def canonical_of(self, spelled: str) -> str:
        """The same for a text that is plain already."""
        found: dict[str, None] = {}

        def stand_in(match: re.Match[str]) -> str:
            known = self.words[match.group()]
            if known.mark:
                found[known.mark] = None
            return known.head

        replaced = self._pattern.sub(stand_in, spelled)
        return " ".join((replaced, *found))

    def find(self, text: str) -> Iterator[Found]:
        """The known words of a text, as `canonical` takes them."""
        for match in self._pattern.finditer(text):
            yield Found(match.start(), match.end(), match.group(), self.words[match.group()])

    def correct(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The text without the spellings that the shop calls wrong, and what was replaced by what."""
        done: dict[tuple[str, str], None] = {}

        def put_right(match: re.Match[str]) -> str:
            right = self._corrections[match.group()]
            done[match.group(), right] = None
            return right

        return self._wrong.sub(put_right, text), tuple(done)

    def protected_places(self, text: str) -> set[int]:
        """The places of characters that belong to protected terms."""
        return {place for match in self._protected.finditer(text) for place in range(*match.span())}


@cache
def shipped() -> Vocabulary:
    """The shipped words alone."""
    return Vocabulary()


@lru_cache(maxsize=4)
def vocabulary_of(dictionary: Dictionary) -> Vocabulary:
    """The same object as long as the dictionary is the same: what was prepared with it stays good."""
    return shipped() if dictionary == Dictionary() else Vocabulary(dictionary)


def _known_words(dictionary: Dictionary) -> dict[str, Known]:
    """Every word with what stands for it.

    A group of the shop joins the shipped groups whose words it lists: who adds 发车 = 发货 wants everything that means
    发货. Its first word stands for all of them.
    """
    words: dict[str, Known] = {}
    for number, group in enumerate(synonym_groups()):
        if group[0] not in dictionary.switched_off:
            for word in group:
                words.setdefault(word, Known(group[0], chr(_FIRST_SHIPPED + number), "shipped"))
    for group in loanword_groups():
        for word in group[1:]:
            if group[0] in words:
                words.setdefault(word, words[group[0]])
    for number, group in enumerate(dictionary.groups):
        _join(words, group, Known(group[0], chr(_FIRST_OWN + number), "shop"))
    for word in dictionary.stop_words:
        words[word] = Known(" ", "", "stop")
    for number, word in enumerate(dictionary.protected):
        words[word] = Known(" ", chr(_FIRST_PROTECTED + number), "protected")
    return words


def _join(words: dict[str, Known], group: Sequence[str], own: Known) -> None:
    joined = {words[word].mark for word in group if word in words}
    for word, known in words.items():
        if known.mark in joined:
            words[word] = Known(own.head, own.mark, known.kind)
    for word in group:
        words[word] = own
