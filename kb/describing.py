"""A snapshot of an entry as a person reads it: field by field, with names instead of numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Field
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.categories import categories_by_path
from kb.differences import Piece, difference, side
from kb.models import Entry, Product
from kb.models.category import PATH_SEPARATOR
from kb.services.history import Snapshot

_FIELDS = (
    *("question", "variants", "answer", "is_verbatim", "related", "handoff", "category", "status", "match_mode"),
    *("valid_from", "valid_until", "channels", "products", "stages", "owner", "review_by"),
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs, its two sides marked."""

    label: str
    old: list[Piece]
    new: list[Piece]


class Describer:
    """Knows the names that some snapshots need, with one query per kind."""

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        self._categories = {one.pk: PATH_SEPARATOR.join(path) for path, one in categories_by_path().items()}
        self._people = dict(User.objects.filter(pk__in=_ids(snapshots, "owner_id")).values_list("pk", "username"))
        products = {number for snapshot in snapshots for number in snapshot.get("products", ())}
        self._products = dict(Product.objects.filter(pk__in=products).values_list("pk", "name"))

    def texts(self, snapshot: Snapshot) -> dict[str, str]:
        """Each field's text."""
        return {name: self._text(name, snapshot) for name in _FIELDS}

    def compare(self, old: Snapshot, new: Snapshot) -> list[FieldChange]:
        """The fields that differ."""
        before, after = self.texts(old), self.texts(new)
        changes = []
        for name in _FIELDS:
            if before[name] != after[name]:
                pieces = difference(before[name], after[name])
                changes.append(FieldChange(label_of(name), side(pieces, "gone"), side(pieces, "new")))
        return changes

    def _text(self, name: str, snapshot: Snapshot) -> str:
        if name == "category":
            return self._name(self._categories, snapshot.get("category_id"))
        if name == "owner":
            return self._name(self._people, snapshot.get("owner_id"))
        if name == "products":
            return "\n".join(self._name(self._products, number) for number in snapshot.get("products", ()))
        value = snapshot.get(name, "")
        if name == "is_verbatim":
            return _("Yes") if value else _("No")
        if name in ("valid_from", "valid_until"):
            moment = parse_datetime(value) if value else None
            return date_format(timezone.localtime(moment), "Y-m-d H:i") if moment else ""
        return _choice(name, str(value))

    def _name(self, names: dict[int, str], number: int | None) -> str:
        return names.get(number, f"#{number}") if number else ""


def label_of(name: str) -> str:
    return str(capfirst(_field(name).verbose_name))


def _field(name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", Entry._meta.get_field(name))


def _choice(name: str, value: str) -> str:
    if name == "stages":
        return "\n".join(str(Entry.Stage(stage).label) for stage in value.split(",") if stage in Entry.Stage.values)
    choices = dict(_field(name).choices or ()) if name in ("status", "match_mode") else {}
    return str(choices.get(value, value))


def _ids(snapshots: Iterable[Snapshot], name: str) -> set[int]:
    return {snapshot[name] for snapshot in snapshots if snapshot.get(name)}
