"""Invented shops: what each knows, what its customers ask, and which entry answers that. Answering is fitted on them,
and a question to a real shop is compared with theirs.

Two files per shop, in the form that `manage.py evaluate answers` reads: NAME_kb.jsonl and NAME_queries.jsonl. All of it
was written for this purpose; a question without entries is one that this shop cannot answer.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kb.clauses import told

_FOLDER = Path(__file__).parent / "shops"
_ENDING = "_kb.jsonl"


@dataclass(frozen=True, slots=True)
class ShopEntry:
    """One entry of an invented shop."""

    key: str
    phrasings: tuple[str, ...]
    answer: str

    @property
    def told(self) -> list[str]:
        """What it tells, clause by clause, as the search compares it."""
        return told(self.phrasings[0], self.answer)


@dataclass(frozen=True, slots=True)
class ShopQuestion:
    """What a customer of that shop asked, and the keys of the entries that answer it; empty: none does."""

    text: str
    answered_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shop:
    """One invented shop."""

    name: str
    entries: tuple[ShopEntry, ...]
    questions: tuple[ShopQuestion, ...]


@cache
def shops() -> tuple[Shop, ...]:
    """All of them, by name."""
    names = sorted(path.name.removesuffix(_ENDING) for path in _FOLDER.glob(f"*{_ENDING}"))
    return tuple(read_shop(name, _FOLDER) for name in names)


def read_shop(name: str, folder: Path) -> Shop:
    """The shop of this name in a folder."""
    return Shop(
        name,
        tuple(
            ShopEntry(str(row["id"]), (row["question"], *row.get("variants", ())), row.get("answer", ""))
            for row in _rows(folder / f"{name}{_ENDING}")
        ),
        tuple(
            ShopQuestion(row["query"], frozenset(map(str, row["relevant_ids"])))
            for row in _rows(folder / f"{name}_queries.jsonl")
        ),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
