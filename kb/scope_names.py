"""The names in the scope columns of a file: channels, products by SKU and owners, looked up once per file."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.models import Entry, Product
from kb.offers import channel_choices
from kb.readers.columns import (
    CHANNELS,
    MATCH_MODE,
    OWNER,
    PRODUCTS,
    REVIEW_BY,
    STAGES,
    VALID_FROM,
    VALID_UNTIL,
    VERBATIM,
)
from kb.scope_cells import ScopeCells, moment_text

Value = TypeVar("Value")
SCOPING = frozenset({VALID_FROM, VALID_UNTIL, CHANNELS, STAGES, PRODUCTS})


class ScopeNames:
    """Turns names into rows, and back."""

    def __init__(self) -> None:
        self._products = dict(Product.objects.values_list("sku", "pk"))
        self._skus = {number: sku for sku, number in self._products.items()}
        self._people = dict(User.objects.filter(is_active=True).values_list("username", "pk"))
        self._usernames = {number: name for name, number in self._people.items()}
        choices = channel_choices()
        self._channels = {name: key for key, name in choices} | {key: key for key, _name in choices}

    def fill(self, entry: Entry, cells: ScopeCells, given: frozenset[str]) -> None:
        """Take over the columns that the file has, products aside. Raises `ValidationError` by column."""
        if VERBATIM in given:
            entry.is_verbatim = cells.is_verbatim
        if MATCH_MODE in given:
            entry.match_mode = cells.match_mode
        if VALID_FROM in given:
            entry.valid_from = cells.valid_from
        if VALID_UNTIL in given:
            entry.valid_until = cells.valid_until
        if CHANNELS in given:
            entry.channels = "\n".join(self._all(self._channels, cells.channels, CHANNELS))
        if STAGES in given:
            entry.stages = ",".join(cells.stages)
        if OWNER in given:
            entry.owner_id = self._all(self._people, [cells.owner], OWNER)[0] if cells.owner else None
        if REVIEW_BY in given:
            entry.review_by = cells.review_by

    def product_ids(self, cells: ScopeCells) -> list[int]:
        """The products of a row. Raises `ValidationError` for an SKU that nobody has."""
        return sorted(self._all(self._products, cells.products, PRODUCTS))

    def cells_of(self, entry: Entry, product_ids: Iterable[int]) -> list[str]:
        """The columns of an entry, in the order of the file."""
        return [
            _("Yes") if entry.is_verbatim else "",
            "" if entry.match_mode == Entry.MatchMode.MEANING else str(entry.get_match_mode_display()),
            moment_text(entry.valid_from),
            moment_text(entry.valid_until),
            entry.channels,
            "\n".join(str(Entry.Stage(stage).label) for stage in entry.stage_list),
            "\n".join(self._skus[number] for number in product_ids),
            self._usernames.get(entry.owner_id or 0, ""),
            entry.review_by.isoformat() if entry.review_by else "",
        ]

    def _all(self, known: Mapping[str, Value], names: Iterable[str], column: str) -> list[Value]:
        missing = [name for name in names if name not in known]
        if missing:
            text = _("“%(name)s” is not known here. Check how it is written, or create it first.")
            raise ValidationError({column: text % {"name": missing[0][:60]}})
        return [known[name] for name in names]
