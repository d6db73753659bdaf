"""What changed between two texts, character by character where Chinese is written, by words and figures elsewhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.,:%'-][A-Za-z0-9]+)*%?|.", re.DOTALL)
_COMPARISONS_MAX = 4_000_000  # more would take a second: then whole lines are compared
_ISLAND_MAX = 1  # a single character left between two changes only makes them harder to read


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, that is gone, or that is new."""

    kind: Literal["same", "gone", "new"]
    text: str


def difference(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order; at a change first what is gone."""
    before, after = _tokens(old, new)
    pieces: list[Piece] = []
    for kind, start, end, start_new, end_new in _opcodes(before, after):
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[start:end])))
            continue
        pieces += [Piece("gone", "".join(before[start:end]))] if end > start else []
        pieces += [Piece("new", "".join(after[start_new:end_new]))] if end_new > start_new else []
    return pieces


def side(pieces: Sequence[Piece], kind: Literal["gone", "new"]) -> list[Piece]:
    """One of the two texts, its own pieces marked."""
    return [piece for piece in pieces if piece.kind in ("same", kind)]


def _tokens(old: str, new: str) -> tuple[list[str], list[str]]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) * len(after) > _COMPARISONS_MAX:
        return old.splitlines(keepends=True), new.splitlines(keepends=True)
    return before, after


def _opcodes(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Like difflib's, but changes with next to nothing between them are one."""
    merged: list[tuple[str, int, int, int, int]] = []
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, code in enumerate(codes):
        is_inside = 0 < place < len(codes) - 1
        is_island = code[0] == "equal" and is_inside and code[2] - code[1] <= _ISLAND_MAX
        if merged and merged[-1][0] != "equal" and (is_island or code[0] != "equal"):
            last = merged.pop()
            merged.append(("replace", last[1], code[2], last[3], code[4]))
        else:
            merged.append(code)
    return merged
