"""Patterns of questions in a small language of our own. No pattern can take long: matching is one pass per part.

`*` stands for anything, `#` for digits, `(退|换)` for one of several, `[可以]` for something that may be missing.
Everything else stands for itself; spaces, punctuation and upper case do not matter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cs_platform.text import phrase_key

PATTERN_CHARACTERS_MAX = 200
_LITERALS_MIN = 2  # fewer real characters would fit half of all questions
_READ_AT_MOST = 300
_SPLIT = re.compile(r"([*#()\[\]|])")
_WIDTHS = str.maketrans("＊＃（）【】［］｜", "*#()[][]|")


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a pattern: anything, digits, or one of some texts (an empty one: it may be missing)."""

    kind: str  # "any", "digits", "text"
    texts: tuple[str, ...] = ()


@lru_cache(maxsize=20_000)
def parse_pattern(pattern: str) -> tuple[Part, ...]:
    """The parts of a pattern. Raises `ValidationError` that says what is wrong with it."""
    if len(pattern) > PATTERN_CHARACTERS_MAX:
        raise ValidationError(_("A pattern has at most %(limit)s characters.") % {"limit": PATTERN_CHARACTERS_MAX})
    parts: list[Part] = []
    signs = [sign for sign in _SPLIT.split(pattern.translate(_WIDTHS)) if sign]
    while signs:
        sign = signs.pop(0)
        if sign == "*":
            parts.append(Part("any"))
        elif sign == "#":
            parts.append(Part("digits"))
        elif sign in "([":
            parts.append(_choice(signs, sign, pattern))
        elif sign in ")]|":
            raise ValidationError(_problem(pattern, _("“%(sign)s” stands alone.") % {"sign": sign}))
        elif key := phrase_key(sign):
            parts.append(Part("text", (key,)))
    if _literals(parts) < _LITERALS_MIN:
        text = _("Besides * and # it needs at least two characters that must occur.")
        raise ValidationError(_problem(pattern, text))
    return tuple(parts)


def literal_length(pattern: str) -> int:
    """How many characters of a question a pattern names at least: the more, the more telling it is."""
    return _literals(parse_pattern(pattern))


def matches_pattern(pattern: str, question: str) -> bool:
    """Whether a question contains what the pattern describes; a pattern that cannot be read matches nothing."""
    try:
        parts = parse_pattern(pattern)
    except ValidationError:
        return False
    text = phrase_key(question)[:_READ_AT_MOST]
    reached = set(range(len(text) + 1))
    for part in parts:
        reached = _advance(part, text, reached)
        if not reached:
            return False
    return True


def _choice(signs: list[str], opened: str, pattern: str) -> Part:
    closing = ")" if opened == "(" else "]"
    inside = []
    while signs and signs[0] != closing:
        if signs[0] in "*#([)]":
            text = _("Between %(open)s and %(close)s there are only words and “|”.")
            raise ValidationError(_problem(pattern, text % {"open": opened, "close": closing}))
        inside.append(signs.pop(0))
    if not signs:
        raise ValidationError(_problem(pattern, _("“%(sign)s” is missing.") % {"sign": closing}))
    signs.pop(0)
    texts = [phrase_key(text) for text in "".join(inside).split("|")]
    if not all(texts):
        raise ValidationError(_problem(pattern, _("A choice between brackets is empty.")))
    return Part("text", tuple(texts) if opened == "(" else (*texts, ""))


def _literals(parts: Sequence[Part]) -> int:
    return sum(min(map(len, part.texts)) for part in parts if part.texts)


def _problem(pattern: str, text: str) -> str:
    return _("The pattern “%(pattern)s” cannot be read: %(problem)s") % {"pattern": pattern[:60], "problem": text}


def _advance(part: Part, text: str, reached: set[int]) -> set[int]:
    """The places that are reached after this part, from the places reached before it."""
    if part.kind == "any":
        return set(range(min(reached), len(text) + 1))
    if part.kind == "digits":
        return _after_digits(text, reached)
    return {place + len(one) for place in reached for one in part.texts if text.startswith(one, place)}


def _after_digits(text: str, reached: set[int]) -> set[int]:
    found: set[int] = set()
    is_open = False
    for place, char in enumerate(text):
        is_open = char.isdigit() and (is_open or place in reached)
        if is_open:
            found.add(place + 1)
    return found
