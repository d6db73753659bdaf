"""The shipped word lists: synonyms of shoppers' language, small talk, and what shoppers ask any shop."""

import re
from functools import cache
from pathlib import Path

from cs_platform.text import normalise

_FOLDER = Path(__file__).parent
# A mark per group, from the private use area: no shopper's text holds these, normalising drops them.
_FIRST_MARK = 0xE000


@cache
def small_talk() -> tuple[str, ...]:
    """Lines that no knowledge base answers."""
    return tuple(_read("small_talk.txt"))


@cache
def shop_talk() -> tuple[str, ...]:
    """One question per matter that shoppers bring to any shop, whether this one has an entry for it or not."""
    return tuple(_read("shop_talk.txt"))


@cache
def held_terms() -> tuple[str, ...]:
    """Words that a shop is held to, whoever puts its answers in other words."""
    return tuple(word for line in _read("held_terms.txt") for word in line.split())


@cache
def tone_characters() -> frozenset[str]:
    """Characters that make a tone and no fact."""
    return frozenset("".join(_read("tone_characters.txt")))


def yardsticks() -> tuple[str, ...]:
    """Every shipped line that questions are measured against, and that therefore needs a vector."""
    return (*small_talk(), *shop_talk())


def canonical(text: str) -> str:
    """The text with every known word replaced by its group's first one, and one mark per group found at the end.

    The marks stand apart, so as n-grams they count as one word each: "运费谁出" and "邮费谁付" share two groups even
    though they share few characters.
    """
    plain = normalise(text)
    found: list[str] = []

    def replace(match: re.Match[str]) -> str:
        first, mark = _replacements()[match.group()]
        if mark not in found:
            found.append(mark)
        return first

    replaced = _pattern().sub(replace, plain)
    return " ".join((replaced, *found))


@cache
def _replacements() -> dict[str, tuple[str, str]]:
    words: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(_read("synonyms.txt")):
        group = line.split()
        for word in group:
            words.setdefault(word, (group[0], chr(_FIRST_MARK + number)))
    return words


@cache
def _pattern() -> re.Pattern[str]:
    """All words as one expression shaped like a trie: a plain list of 1,000 words would be tried one by one."""
    trie: dict[str, dict] = {}
    for word in _replacements():
        node = trie
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return re.compile(_expression(trie))


def _expression(node: dict[str, dict]) -> str:
    """Longest match first: the end of a word is the last choice."""
    choices = [re.escape(char) + _expression(child) for char, child in sorted(node.items()) if char]
    if "" in node:
        return f"(?:{'|'.join(choices)})?" if choices else ""
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"


def _read(name: str) -> list[str]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [normalise(line) for line in lines if line.strip() and not line.startswith("#")]
