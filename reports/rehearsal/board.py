"""What is shown at the end of the day: figures by the API, and what pages offer to take away."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from reports.rehearsal.api_client import Api
from reports.stand.login import Browser

FIGURES = (
    "conversations",
    "engaged",
    "leads",
    "called",
    "asked_for_person",
    "rated",
    "positive",
    "negative",
    "proactive_only",
)
RATES = ("lead_rate", "resolved_rate", "takeover_rate", "conversion_rate", "positive_rate")
ON_PAGE = ("conversations", "engaged", "resolved", "called", "leads")
OF_WEEK = ("conversations", "engaged", "leads", "resolved", "called", "abandoned", "negative")
Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Week:
    """The weekly report: its figures, and how often each question was asked in vain."""

    figures: Mapping[str, int]
    gaps: Mapping[str, int]

    @classmethod
    def of(cls, summary: Rows, gaps: Rows) -> "Week":
        """From the rows of its tables: what it is, then how often in this week."""
        figures = {key: int(float(row[1])) for key, row in zip(OF_WEEK, summary, strict=True)}
        return cls(figures, {str(row[0]): int(float(row[1])) for row in gaps})


class Board:
    """A program with a key, and a manager who is logged in. Days are the shop's."""

    def __init__(self, api: Api, browser: Browser, start: date, end: date) -> None:
        self._api, self._browser = api, browser
        self._period = {"start": str(start), "end": str(end)}

    def figures(self, channel: int) -> dict[str, float]:
        """The figures of one channel."""
        board = self._api.get("/reports/board", **self._period, channel=channel)
        mine = [row for row in self._api.get("/reports/channels", **self._period) if row["channel"] == channel]
        return {
            **{key: board["figures"][key] for key in FIGURES},
            **board["outcomes"],
            **{key: board["rates"][key] or 0.0 for key in RATES},
            "response_seconds": board["response_seconds"]["all"] or 0.0,
            "orders": sum(row["order_count"] for row in mine),
            "order_cents": sum(row["order_amount"] for row in mine),
            "ai_cohort": board["figures"]["ai_cohort"],
        }

    def on_page(self, channel: int) -> dict[str, float]:
        """Some of them once more, as the board's page shows them hour by hour."""
        rows = self._table("board", "volume", channel=channel)
        return {key: sum(float(row[place]) for row in rows) for place, key in enumerate(ON_PAGE, start=1)}

    def reasons(self) -> dict[str, int]:
        """How many episodes were handed over for which reason."""
        rows = self._api.rows("/reports/episodes", **self._period, figure="called")
        return dict(Counter(row["handoff_reason"] for row in rows))

    def reasons_on_page(self) -> list[int]:
        """The counts that the page of takeovers shows."""
        return sorted(int(float(row[1])) for row in self._table("takeovers", "reasons"))

    def agents(self) -> dict[str, tuple[int, int, float, int]]:
        """By name: chats, replies, average score, tickets solved."""
        return {
            row["name"]: (row["chats"], row["replies"], row["score"] or 0.0, row["tickets"])
            for row in self._api.get("/reports/agents", **self._period)
        }

    def week(self) -> Week:
        """The page of this week's report."""
        return Week.of(self._table("weekly", "summary"), self._table("weekly", "gaps"))

    def _table(self, page: str, table: str, **words: object) -> Sequence[Sequence[str]]:
        return read_table(
            self._browser.get(f"/admin/reports/export/{page}/{table}.csv?{urlencode({**self._period, **words})}")
        )


def read_table(content: bytes) -> Sequence[Sequence[str]]:
    """The rows of a file below its heading."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]


def page_part(figures: Mapping[str, Any]) -> dict[str, float]:
    """Those of the figures that the page shows, too."""
    return {key: float(figures[key]) for key in ON_PAGE}
