"""Three sizes of shops, and what is set for each: shown before it is done, done in one transaction, kept on record.

An app says what a size means for its rows: `register_part(plan)` in a module called `presets`, which is found when the
platform starts. A plan changes nothing; it returns what would be changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cs_platform.audit import record
from cs_platform.models import User


@dataclass(frozen=True, slots=True)
class Size:
    """A kind of shop by its questions a day, with the processes that suit it (set where the platform is started)."""

    name: str
    title: str | Promise
    questions: str | Promise
    web: int
    workers: int


SIZES = {
    size.name: size
    for size in (
        Size("small", _("Small shop"), _("fewer than 200 questions a day"), web=1, workers=2),
        Size("medium", _("Medium shop"), _("200 to 1,000 questions a day"), web=2, workers=2),
        Size("large", _("Large shop"), _("more than 1,000 questions a day"), web=4, workers=4),
    )
}


@dataclass(frozen=True, slots=True)
class Change:
    """One value that would become another."""

    what: str
    before: Any
    after: Any
    apply: Callable[[], object]


Plan = Callable[[Size], Sequence[Change]]
_plans: list[Plan] = []


def register_part(plan: Plan) -> None:
    """Have an app's rows follow the chosen size."""
    _plans.append(plan)


def plan_for(size: Size) -> list[Change]:
    """What is not yet as it would be."""
    return [change for plan in _plans for change in plan(size)]


def apply_preset(size: Size, *, by: User | None) -> list[Change]:
    """Make everything as it is for this size; returns what was changed."""
    with transaction.atomic():
        changes = plan_for(size)
        for change in changes:
            change.apply()
        record("preset applied", by=by, size=size.name, changes=len(changes))
    return changes


def set_fields(row: models.Model, values: dict[str, Any]) -> list[Change]:
    """The changes that give a row these values; its other fields stay."""
    return [
        Change(
            what=f"{row} · {row._meta.get_field(name).verbose_name}",  # type: ignore[union-attr]
            before=getattr(row, name),
            after=value,
            apply=lambda name=name, value=value: type(row)._default_manager.filter(pk=row.pk).update(**{name: value}),  # type: ignore[misc]
        )
        for name, value in values.items()
        if getattr(row, name) != value
    ]
