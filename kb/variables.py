"""Variables in an answer: “{order.status}”, or “{order.status|see your orders}” with words for where nothing is known.

Knowledge only knows which names there are and what they mean; who can look them up registers them, and fills them in.
A text with an unknown name is never stored, and one whose value is missing is never sent.
"""

import re
from collections.abc import Mapping

from django.utils.functional import Promise

_VARIABLE = re.compile(r"\{\s*([a-z_]+(?:\.[a-z_]+)*)\s*(?:\|([^{}]*))?\}")

_meanings: dict[str, str | Promise] = {}


def register_variables(meanings: Mapping[str, str | Promise]) -> None:
    """Names that an answer may use, each with what it stands for."""
    _meanings.update(meanings)


def known_variables() -> dict[str, str]:
    """Every name with its meaning, for the people who write answers."""
    return {name: str(meaning) for name, meaning in _meanings.items()}


def variables_in(text: str) -> set[str]:
    """The names that a text uses, known or not."""
    return {match[1] for match in _VARIABLE.finditer(text)}


def unknown_variables(text: str) -> list[str]:
    """Names that nobody can fill in, sorted."""
    return sorted(variables_in(text) - set(_meanings))


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """The text with its values; None when one has neither value nor words of its own for that case."""
    missing = [match[1] for match in _VARIABLE.finditer(text) if not values.get(match[1]) and not match[2]]
    if missing:
        return None
    return _VARIABLE.sub(lambda match: values.get(match[1]) or match[2], text)
