"""Many words as one regular expression: a plain list of 1,000 words would be tried one by one at every character."""

import re
from collections.abc import Iterable

_NOTHING = re.compile(r"(?!)")


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these words, the longest first; words of Latin letters only where they stand by themselves."""
    known = {word for word in words if word}
    latin = {word for word in known if word.isascii()}
    parts = []
    if others := known - latin:
        parts.append(_expression(_trie(others)))
    if latin:
        parts.append(rf"(?<![a-z0-9])(?:{_expression(_trie(latin))})(?![a-z0-9])")
    return re.compile("|".join(parts)) if parts else _NOTHING


def _trie(words: Iterable[str]) -> dict[str, dict]:
    trie: dict[str, dict] = {}
    for word in words:
        node = trie
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return trie


def _expression(node: dict[str, dict]) -> str:
    """Longest match first: the end of a word is the last choice."""
    choices = [re.escape(char) + _expression(child) for char, child in sorted(node.items()) if char]
    if "" in node:
        return f"(?:{'|'.join(choices)})?" if choices else ""
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"
