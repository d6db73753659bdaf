"""What the back office lists before something is deleted: what people know, not the rows that are kept beside it."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib import admin
from django.utils.text import capfirst

register = template.Library()
Nested = list[Any]  # of lines; a list holds what goes with the line before it


@register.filter
def known(lines: Nested) -> Nested:
    """Lines of things that have a page of their own; what goes with an unknown thing takes its place."""
    names = tuple(f"{capfirst(str(model._meta.verbose_name))}: " for model in admin.site._registry)
    return _keep(lines, names)


@register.filter
def known_counts(counts: Iterable[tuple[Any, int]]) -> list[tuple[str, int]]:
    """The same of the summary: how many of each kind."""
    names = {str(model._meta.verbose_name_plural) for model in admin.site._registry}
    return [(str(name), count) for name, count in counts if str(name) in names]


def _keep(lines: Nested, names: tuple[str, ...]) -> Nested:
    kept: Nested = []
    is_known = True
    for line in lines:
        if isinstance(line, list):
            below = _keep(line, names)
            kept += [below] if below and is_known else below
        elif is_known := str(line).startswith(names):
            kept.append(line)
    return kept
