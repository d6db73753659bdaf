"""Lines of text where they stand on a page, from a PDF's text or from a picture."""

import re
from dataclasses import dataclass

from kb.parsing.blocks import Table

CHINESE = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef“”‘’—…]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Part of a line with a wide gap before and behind it, as in the cells of a table."""

    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Lengths in points; `bottom` counts from the lower edge of the page. One with a table stands for all of it."""

    page: int
    fragments: tuple[Fragment, ...]
    bottom: float
    size: float  # of the font
    is_bold: bool = False
    page_height: float = 842.0
    table: Table = ()

    @property
    def text(self) -> str:
        return " ".join(fragment.text for fragment in self.fragments)

    @property
    def left(self) -> float:
        return self.fragments[0].left

    @property
    def right(self) -> float:
        return self.fragments[-1].right


def join(text: str, more: str) -> str:
    """Two lines as one: Chinese without a space, words with one, a divided word without its hyphen."""
    if re.search(r"[a-z]-$", text) and re.match(r"[a-z]", more):
        return text[:-1] + more
    is_chinese = CHINESE.match(text[-1:]) or CHINESE.match(more[:1])
    return text + ("" if is_chinese or not text else " ") + more
