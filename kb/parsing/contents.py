"""Tables of contents that somebody typed or that lost their style: they say where something stands, not what. Pure."""

import re
from collections.abc import Sequence

from kb.parsing.blocks import Block

_TITLE = re.compile(r"(?:目\s*[录次]|(?:table of )?contents)$", re.IGNORECASE)
_LINE = re.compile(r"\S.{0,60}?(?:\s|[.…·_-]{2,})\s*(?:第\s*)?(\d{1,4})(?:\s*页)?$")


def without_contents(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without “目录” and the lines below it that end in page numbers."""
    kept: list[Block] = []
    at = 0
    while at < len(blocks):
        end = _end_of_contents(blocks, at) if _TITLE.match(blocks[at].text) else at
        if end == at:
            kept.append(blocks[at])
        at = max(end, at + 1)
    return kept


def _end_of_contents(blocks: Sequence[Block], title: int) -> int:
    """The place behind the contents; that of their title where nothing below it looks like them.

    Page numbers never fall: what does is a list of something else, as of prices.
    """
    last = 0
    for at in range(title + 1, len(blocks)):
        numbers = _page_numbers(blocks[at])
        if not numbers:
            return title if at == title + 1 else at
        if sorted([last, *numbers]) != [last, *numbers]:
            return title
        last = numbers[-1]
    return title


def _page_numbers(block: Block) -> list[int]:
    """The page numbers of a block that consists of lines of contents; none for any other."""
    if block.table or block.level:
        return []
    matches = [_LINE.match(line) for line in block.text.split("\n")]
    return [int(match[1]) for match in matches if match] if all(matches) else []
