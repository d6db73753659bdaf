"""What a document consists of, whatever kind of file it came in."""

from dataclasses import dataclass

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table, and where it stands: the number of its paragraph or page."""

    place: int
    text: str = ""
    level: int = 0  # of a heading, 1 is the highest; 0 is text
    is_item: bool = False  # of a list
    is_bold: bool = False  # all of it
    is_title: bool = False  # of the document
    table: Table = ()
    counts_rows: bool = False  # each row of the table has a place of its own, one after the other


@dataclass(frozen=True, slots=True)
class Passage:
    """One future entry: its cells by column, its place, and whether its question is only a suggestion."""

    place: int
    cells: dict[str, str]
    is_suggested: bool = False

    def as_row(self) -> list[object]:
        """As a child says it."""
        return [self.place, self.cells, self.is_suggested]
