"""The text of a broadcast or notice with its variables filled in. Pure; nothing but the known variables expands."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

BROADCAST_VARIABLES = ("name", "coupon", "order")
NOTICE_VARIABLES = ("name", "order", "carrier", "tracking", "latest")

_VARIABLE = re.compile(r"\{\s*([a-z_]+)\s*(?:\|([^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text for one customer. `missing` names the variables that had neither a value nor a default."""

    text: str
    missing: tuple[str, ...] = ()


def fill_in(text: str, values: Mapping[str, str]) -> Filled:
    """Replace {name} by its value, {name|friend} by its value or “friend”. What is no known variable stays as it is."""
    missing: list[str] = []

    def replace(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        if name not in values:
            return match[0]
        if not values[name] and default is None:
            missing.append(name)
        return values[name] or (default or "").strip()

    filled = _VARIABLE.sub(replace, text)
    return Filled(filled, tuple(dict.fromkeys(missing)))


def variables_of(text: str) -> set[str]:
    """The names in braces, known or not."""
    return {match[1] for match in _VARIABLE.finditer(text)}


def unknown_variables(text: str, known: Collection[str]) -> list[str]:
    """Names in braces that would reach the customer as they stand."""
    return sorted(variables_of(text) - set(known))
