"""A table of figures: the same rows are shown, drawn as a chart, and exported."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Kind = Literal["text", "count", "percent", "points", "duration", "money", "decimal"]
Chart = Literal["", "bars", "lines", "stack", "heat", "ranks"]
Text = str | Promise
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` says how values are written: percent of a fraction, duration of seconds, money of fen."""

    label: Text
    kind: Kind = "count"
    definition: Text = ""

    @property
    def is_number(self) -> bool:
        return self.kind != "text"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, and the address of the rows behind it."""

    value: Any
    url: str = ""
    kind: Kind = "count"
    hint: Text = ""

    @property
    def text(self) -> str:
        return write(self.value, self.kind)

    @property
    def is_number(self) -> bool:
        return self.kind != "text"


@dataclass(frozen=True, slots=True)
class Table:
    """`drawn` names the columns that the chart shows, by their number."""

    key: str
    title: Text
    columns: Sequence[Column]
    lines: Sequence[Sequence[Cell | Any]]
    note: Text = ""
    empty: Text = ""
    chart: Chart = ""
    is_wide: bool = False  # the chart has a row of its own
    drawn: tuple[int, ...] = ()
    rows: list[list[Cell]] = field(init=False)

    def __post_init__(self) -> None:
        rows = [
            [_cell(value, column.kind) for value, column in zip(line, self.columns, strict=True)] for line in self.lines
        ]
        object.__setattr__(self, "rows", rows)

    def drawing(self) -> dict[str, Any]:
        """What the chart's script gets."""
        return {
            "kind": self.chart,
            "labels": [row[0].text for row in self.rows],
            "series": [
                {
                    "name": str(self.columns[number].label),
                    "kind": self.columns[number].kind,
                    "values": [_drawn(row[number]) for row in self.rows],
                    "texts": [row[number].text for row in self.rows],
                    "urls": [row[number].url for row in self.rows],
                }
                for number in self.drawn
            ],
        }


def write(value: Any, kind: Kind) -> str:
    """A value as people read it; nothing is a dash, never a zero."""
    if value is None:
        return NOTHING
    if kind == "count":
        return f"{value:,}"
    if kind == "percent":
        return f"{value * 100:.1f}%"
    if kind == "points":
        return _("%(points)s points") % {"points": f"{value * 100:+.1f}"}
    if kind == "duration":
        return write_duration(value)
    if kind == "money":
        return f"¥{value / 100:,.2f}"
    if kind == "decimal":
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return formats.date_format(value, "SHORT_DATETIME_FORMAT")
    return formats.date_format(value, "m-d") if isinstance(value, date) else str(value)


def write_duration(seconds: float) -> str:
    """Tenths below ten seconds, then seconds, minutes, hours: what matters about a wait."""
    if seconds < 9.95:
        return _("%(seconds)s s") % {"seconds": f"{seconds:.1f}"}
    whole = round(seconds)
    if whole < 60:
        return _("%(seconds)s s") % {"seconds": whole}
    if whole < 3600:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": whole // 60, "seconds": whole % 60}
    return _("%(hours)s h %(minutes)s min") % {"hours": whole // 3600, "minutes": whole % 3600 // 60}


def _cell(value: Cell | Any, kind: Kind) -> Cell:
    return Cell(value.value, value.url, kind, value.hint) if isinstance(value, Cell) else Cell(value, "", kind)


def _drawn(cell: Cell) -> float | None:
    """Charts draw plain numbers: per cent, seconds, yuan."""
    if cell.value is None:
        return None
    factor = {"percent": 100.0, "points": 100.0, "money": 0.01}.get(cell.kind, 1.0)
    return round(float(cell.value) * factor, 2)
