"""Policy text in portions that a customer can read in one message. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PORTION_CHARACTERS = 500  # a portion is closed once it has so many; the last one may take half as many more
_PARAGRAPH_CHARACTERS_MAX = 700
_OPENING_CHARACTERS_MAX = 30
_CLAUSE = re.compile(r"[\n，,。；;：:！!？?]")
_SENTENCES = re.compile(r"[^。！？!?；;]+[。！？!?；;]*[”』」）)]*|[。！？!?；;]+")


@dataclass(frozen=True, slots=True)
class Portion:
    """Some text and where it begins."""

    place: int
    text: str


def split_portions(paragraphs: Iterable[Portion]) -> list[Portion]:
    """Paragraphs put together up to a sensible length; very long ones are split between sentences."""
    portions: list[Portion] = []
    for piece in _pieces(paragraphs):
        if portions and len(portions[-1].text) + len(piece.text) <= PORTION_CHARACTERS:
            portions[-1] = Portion(portions[-1].place, f"{portions[-1].text}\n{piece.text}")
        else:
            portions.append(piece)
    if len(portions) > 1 and len(portions[-1].text) * 4 < PORTION_CHARACTERS:  # a crumb
        last = portions.pop()
        portions[-1] = Portion(portions[-1].place, f"{portions[-1].text}\n{last.text}")
    return portions


def opening(text: str) -> str:
    """The first words of a text, to call it by when nothing else names it."""
    return _CLAUSE.split(text.strip(), maxsplit=1)[0][:_OPENING_CHARACTERS_MAX]


def _pieces(paragraphs: Iterable[Portion]) -> Iterator[Portion]:
    for paragraph in paragraphs:
        if len(paragraph.text) <= _PARAGRAPH_CHARACTERS_MAX:
            yield paragraph
            continue
        piece = ""
        for sentence in _sentences(paragraph.text):
            if piece and len(piece) + len(sentence) > PORTION_CHARACTERS:
                yield Portion(paragraph.place, piece.strip())
                piece = ""
            piece += sentence
        if piece.strip():
            yield Portion(paragraph.place, piece.strip())


def _sentences(text: str) -> Iterator[str]:
    """Sentences; one without an end is cut where it must be."""
    for match in _SENTENCES.finditer(text):
        for start in range(0, len(match[0]), PORTION_CHARACTERS):
            yield match[0][start : start + PORTION_CHARACTERS]
