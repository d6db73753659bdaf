"""What a figure is: a name, a definition that is shown beside it, and the rows it counts."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

Rows = Callable[[datetime], Q]


@dataclass(frozen=True)
class Figure:
    """`rows(now)` says which episodes count; nothing else counts, and the list behind the figure shows just these."""

    key: str
    label: str | Promise
    definition: str | Promise
    rows: Rows


@dataclass(frozen=True)
class Rate:
    """The episodes of one figure as a share of those of another one."""

    key: str
    label: str | Promise
    definition: str | Promise
    part: Figure
    whole: Figure


FIGURES: dict[str, Figure] = {}
RATES: dict[str, Rate] = {}


def figure(key: str, label: str | Promise) -> Callable[[Rows], Figure]:
    """Register a function as a figure; its docstring is the definition that managers read."""

    def register(rows: Rows) -> Figure:
        FIGURES[key] = Figure(key, label, _definition(rows), rows)
        return FIGURES[key]

    return register


def rate(key: str, label: str | Promise, *, of: Figure) -> Callable[[Callable[[], Figure]], Rate]:
    """Register a rate: the function returns the figure whose share of `of` it is."""

    def register(part: Callable[[], Figure]) -> Rate:
        RATES[key] = Rate(key, label, _definition(part), part(), of)
        return RATES[key]

    return register


def _definition(function: Callable[..., object]) -> Promise:
    # Found by `manage.py translations`, which reads the docstrings below these two decorators.
    return gettext_lazy(" ".join(inspect.getdoc(function).split()))  # type: ignore[union-attr]
