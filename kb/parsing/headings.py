"""Headings that nobody marked as such: numbered or bold lines that stand above text. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kb.parsing.blocks import Block
from kb.parsing.numbering import NUMBERINGS, STRONG, is_numbered, strip_numbering
from kb.parsing.questions import asked, is_question

HEADING_CHARACTERS_MAX = 40
_INFERRED = 10  # levels found by numbering lie below those that the author marked
_BOLD_LEVEL = 19
_SENTENCE = re.compile(r"[。；;!！，,：:…]$|[。；]")


def find_headings(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with a level for those that are headings without having been marked as such."""
    blocks = _with_title(blocks)
    has_marked = sum(block.level > 0 for block in blocks) >= 2
    ranks = _ranks(blocks, has_marked)
    return [
        replace(block, level=_INFERRED + rank) if rank and _stands_alone(blocks, ranks, at) else block
        for at, (block, rank) in enumerate(zip(blocks, ranks, strict=True))
    ]


def _with_title(blocks: Sequence[Block]) -> list[Block]:
    """A short first line that is nothing else is the title of the document."""
    first = next((block for block in blocks), None)
    has_title = first is None or any(block.is_title for block in blocks)
    is_text = has_title or bool(first and (first.level or first.table or first.is_item or is_numbered(first.text)))
    if is_text or first is None or len(blocks) < 2 or len(first.text) > HEADING_CHARACTERS_MAX:
        return list(blocks)
    if _SENTENCE.search(first.text) or is_question(first.text) or asked(first.text) is not None:
        return list(blocks)
    return [replace(first, is_title=True), *blocks[1:]]


def _ranks(blocks: Sequence[Block], has_marked: bool) -> list[int]:
    """The rank of each block. A question is a heading among headings only where its number continues theirs."""
    ranks: list[int] = []
    last = 0
    for block in blocks:
        rank = _rank(block, has_marked)
        if rank and _is_asking(block.text) and (rank != last or not is_numbered(block.text)):
            rank = 0
        last = 0 if block.level else rank or last
        ranks.append(rank)
    return ranks


def _is_asking(text: str) -> bool:
    return is_question(strip_numbering(text), is_numbered=is_numbered(text))


def _rank(block: Block, has_marked: bool) -> int:
    """How high a heading this would be; 0 for text."""
    text = block.text
    if block.level or block.is_title or block.table or not text or len(text) > HEADING_CHARACTERS_MAX or "\n" in text:
        return 0
    if _SENTENCE.search(text) or asked(text) is not None:
        return 0
    for pattern, rank, kind in NUMBERINGS:
        match = pattern.match(text)
        if match and match.end() < len(text):
            return rank if kind == STRONG or not has_marked or block.is_bold else 0
    return _BOLD_LEVEL - _INFERRED if block.is_bold and not block.is_item else 0


def _stands_alone(blocks: Sequence[Block], ranks: Sequence[int], at: int) -> bool:
    """A heading has something below it. Neighbours numbered alike are a list."""
    if at + 1 == len(blocks):
        return False
    is_last_of_list = at > 0 and ranks[at - 1] == ranks[at] and not blocks[at].is_bold
    following = blocks[at + 1]
    is_above_nothing = ranks[at + 1] == ranks[at] or (0 < following.level < _INFERRED)
    return not is_last_of_list and not is_above_nothing
