"""The shipped examples, out of their text files."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_HEADING = re.compile(r"^\[(!?)(\w+)(?:\s+([\d.]+))?\]\s*(.*)$")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with the lines below it."""

    key: str
    number: float
    is_counter: bool
    title: str
    examples: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.title.partition("|")[0].strip()

    @property
    def description(self) -> str:
        return self.title.partition("|")[2].strip()


@cache
def shipped_intents() -> tuple[Section, ...]:
    """What customers of any shop come for, and last what has no intent."""
    return _read("intents.txt")


@cache
def shipped_feelings() -> tuple[Section, ...]:
    """How customers sound; the number of a section is the strength of a negative feeling."""
    return _read("feelings.txt")


def shipped_texts() -> list[str]:
    """Every shipped example, in a stable order and once."""
    sections = (*shipped_intents(), *shipped_feelings())
    return list(dict.fromkeys(text for section in sections for text in section.examples))


def _read(name: str) -> tuple[Section, ...]:
    sections: list[Section] = []
    lines: list[str] = []
    heading: re.Match[str] | None = None
    for line in [*(_FOLDER / name).read_text(encoding="utf-8").splitlines(), "[end]"]:
        if match := _HEADING.match(line):
            if heading:
                sections.append(_section(heading, lines))
            heading, lines = match, []
        elif line.strip() and not line.startswith("#"):
            lines.append(line.strip())
    return tuple(sections)


def _section(heading: re.Match[str], lines: list[str]) -> Section:
    return Section(heading[2], float(heading[3] or 0), bool(heading[1]), heading[4], tuple(lines))
