"""Lines of text where they stand on a page, from a PDF's text or from a picture."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fragment:
    """Part of a line with a wide gap before and behind it, as in the cells of a table."""

    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Lengths in points; `bottom` counts from the lower edge of the page."""

    page: int
    fragments: tuple[Fragment, ...]
    bottom: float
    size: float  # of the font
    is_bold: bool = False
    page_height: float = 842.0

    @property
    def text(self) -> str:
        return " ".join(fragment.text for fragment in self.fragments)

    @property
    def left(self) -> float:
        return self.fragments[0].left

    @property
    def right(self) -> float:
        return self.fragments[-1].right
