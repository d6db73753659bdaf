"""What two texts have in common, and what was taken out of a question, piece by piece. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from cs_platform.chinese import simplified
from cs_platform.text import plain
from kb.vocabulary import Vocabulary

_WORD_MIN, _WORD_MAX = 2, 6


@dataclass(frozen=True, slots=True)
class Marked:
    """A piece of a text, and whether it is what one looks for."""

    text: str
    is_marked: bool


def mark_common(phrasing: str, question: str, vocabulary: Vocabulary) -> tuple[Marked, ...]:
    """The phrasing with what the question says, too: the same neighbouring characters, or a word of the same group."""
    spelled, asked = plain(phrasing), plain(question)
    return _pieces(spelled, _common_places(spelled, asked, vocabulary))


def mark_removed(given: str, cleaned: str) -> tuple[Marked, ...]:
    """What was written, with what the cleaning took out."""
    matcher = SequenceMatcher(None, simplified(given), cleaned, autojunk=False)
    kept = {place for block in matcher.get_matching_blocks() for place in range(block.a, block.a + block.size)}
    return _pieces(given, set(range(len(given))) - kept) if len(simplified(given)) == len(given) else ()


def uncommon_words(text: str, other: str, vocabulary: Vocabulary) -> list[str]:
    """Stretches of a text that the other one has in no words, the longest first: what a synonym could join."""
    spelled, asked = plain(text), plain(other)
    pieces = _pieces(spelled, _common_places(spelled, asked, vocabulary))
    words = [
        word
        for piece in pieces
        if not piece.is_marked
        for word in _split_at_symbols(piece.text)
        if _WORD_MIN <= len(word) <= _WORD_MAX and not word.isdigit()
    ]
    return sorted(dict.fromkeys(words), key=len, reverse=True)


def _common_places(spelled: str, asked: str, vocabulary: Vocabulary) -> set[int]:
    marks = {found.known.mark for found in vocabulary.find(asked)}
    places = {
        place
        for found in vocabulary.find(spelled)
        if found.known.mark and found.known.mark in marks
        for place in range(found.start, found.end)
    }
    for at in range(len(spelled) - 1):
        pair = spelled[at : at + 2]
        if pair.isalnum() and pair in asked:
            places |= {at, at + 1}
    return places


def _pieces(text: str, marked: set[int]) -> tuple[Marked, ...]:
    runs = groupby(enumerate(text), key=lambda item: item[0] in marked)
    return tuple(Marked("".join(character for _place, character in run), is_marked) for is_marked, run in runs)


def _split_at_symbols(text: str) -> Iterator[str]:
    yield from "".join(character if character.isalnum() else " " for character in text).split()
