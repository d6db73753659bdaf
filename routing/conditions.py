"""The hand-to-human condition of a knowledge entry, as managers write it. Pure."""

import re
from dataclasses import dataclass

_ALWAYS = {"always", "总是", "一律", "是", "yes", "true", "1", "转人工", "必须转人工", "直接转人工"}
_WORDS = re.compile(r"^\s*(?:words?|contains|keywords?|包含|关键词|出现)\s*[:：]\s*(.+)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,，、;；|/]\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """`always`, or any of `words` in what the customer wrote; neither: only a note for agents."""

    is_always: bool = False
    words: tuple[str, ...] = ()

    @property
    def is_executable(self) -> bool:
        return self.is_always or bool(self.words)


def parse_condition(text: str) -> Condition:
    """Read “always” / “总是”, or “words: a, b” / “包含：破损、过敏”, one per line. Other text is a note."""
    words: list[str] = []
    for line in text.splitlines():
        if line.strip().lower().rstrip("。.!！") in _ALWAYS:
            return Condition(is_always=True)
        if match := _WORDS.match(line):
            words += [word.strip().lower() for word in _SEPARATORS.split(match.group(1)) if word.strip()]
    return Condition(words=tuple(words))


def wants_person(condition: str, said: str) -> bool:
    """Does this condition hand over a customer who said this?"""
    if not condition:
        return False
    parsed = parse_condition(condition)
    said = said.lower()
    return parsed.is_always or any(word in said for word in parsed.words)
