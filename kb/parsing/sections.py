"""A document by its headings: each section with the headings above it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kb.parsing.blocks import Block
from kb.parsing.numbering import strip_numbering

CATEGORY_LEVELS_MAX = 3
CATEGORY_CHARACTERS_MAX = 60
_SEPARATORS = str.maketrans(dict.fromkeys("/／>›＞", "、"))


@dataclass(slots=True)
class Section:
    """A heading with what stands below it, down to the next heading of any level."""

    headings: tuple[str, ...]  # from the top, its own last; none for what stands before the first heading
    place: int
    blocks: list[Block] = field(default_factory=list)
    has_subsections: bool = False


def split_sections(blocks: Iterable[Block]) -> list[Section]:
    """Every section in order; the titles of the document belong to none."""
    open_headings: list[tuple[int, Section]] = []
    sections = [Section((), 0)]
    for block in blocks:
        if block.level:
            while open_headings and open_headings[-1][0] >= block.level:
                open_headings.pop()
            above = open_headings[-1][1] if open_headings else None
            section = Section((*(above.headings if above else ()), block.text), block.place)
            if above:
                above.has_subsections = True
            open_headings.append((block.level, section))
            sections.append(section)
        elif not block.is_title:
            sections[-1].blocks.append(block)
    return sections


def category_of(headings: Sequence[str]) -> str:
    """The headings as the path of a category, as import files write it."""
    names = (strip_numbering(heading).translate(_SEPARATORS).strip(" 、:：") for heading in headings)
    return "/".join([name[:CATEGORY_CHARACTERS_MAX].strip() for name in names if name][:CATEGORY_LEVELS_MAX])
