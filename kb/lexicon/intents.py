"""The intent bank: what shoppers ask shops like this one, each matter in the ways people really type it.

A file per area. `= NAME` names the area, `@ PATH` the category of what follows, `[key] NAME` begins a matter, and the
lines below it up to the next one are its paraphrases: short, colloquial, as they come from a phone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cs_platform.text import normalise

_FOLDER = Path(__file__).parent / "bank"
# What shops are asked about most stands first.
_AREAS = (
    *("returns", "exchanges", "refunds", "warranty", "shipping", "delivery", "orders", "invoices", "promotions"),
    *("membership", "goods", "clothing", "devices", "food", "homes", "family", "media", "accounts", "service"),
)


@dataclass(frozen=True, slots=True)
class Intent:
    """One matter. `name` is its standard question in a few words, `category` where an entry about it belongs."""

    key: str
    name: str
    area: str
    category: str
    paraphrases: tuple[str, ...]


@cache
def intents() -> tuple[Intent, ...]:
    """Every shipped matter; keys are unique and stay, they are stored."""
    return tuple(intent for area in _AREAS for intent in _read(_FOLDER / f"{area}.txt"))


@cache
def intents_by_key() -> dict[str, Intent]:
    return {intent.key: intent for intent in intents()}


@cache
def bank_lines() -> tuple[str, ...]:
    """Every paraphrase, matter by matter."""
    return tuple(line for intent in intents() for line in intent.paraphrases)


def _read(path: Path) -> Iterator[Intent]:
    area = category = ""
    head: tuple[str, str] | None = None
    lines: list[str] = []
    for line in (*path.read_text(encoding="utf-8").splitlines(), "[]"):
        mark, text = line[:1], line[1:].strip()
        if mark == "=":
            area = text
        elif mark in {"[", "@"}:
            if head is not None:
                yield Intent(*head, area, category, tuple(lines))
            key, _, name = text.partition("]")
            head, lines = ((key, name.strip()) if mark == "[" and key else None), []
            category = text if mark == "@" else category
        elif line.strip() and mark != "#":
            lines.append(normalise(line))
