"""What the manager sees in the back office at the end of the day, read from the files that its pages offer."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from reports.stand.login import Browser

OUTCOMES = ("resolved", "handed_over", "abandoned", "unresolved", "still_open")
Rows = Sequence[Mapping[str, str]]


class Board:
    """One logged-in manager. Days are the shop's."""

    def __init__(self, browser: Browser, start: date, end: date) -> None:
        self._browser, self._start, self._end = browser, start, end

    def figures(self, channel: int, name: str) -> dict[str, float]:
        """The figures of one channel; `name` is how tables call it."""
        volume, outcomes = (self._table("board", table, channel=channel) for table in ("volume", "outcomes"))
        conversations, engaged, _resolved, called, leads = (_sum(volume, place) for place in range(1, 6))
        row = self._line("board", "channels", name)
        effect = self._line("channels", "effect", name)
        found = {
            "conversations": conversations,
            "engaged": engaged,
            "leads": leads,
            "called": called,
            **{key: _sum(outcomes, place) for place, key in enumerate(OUTCOMES, start=1)},
            "lead_rate": _number(row, 3),
            "resolved_rate": _number(row, 4),
            "takeover_rate": _number(row, 5),
            "response_seconds": _number(row, 6),
            "conversion_rate": _number(effect, 4),
            "orders": _number(effect, 5),
            "order_amount": _number(effect, 6),
        }
        return found | {key: len(self.episodes(figure=key, channel=channel)) for key in ("rated", "proactive_only")}

    def reasons(self) -> dict[str, int]:
        """How many episodes were handed over for which reason, by its key."""
        return dict(Counter(row["handoff_reason"] for row in self.episodes(figure="called")))

    def reason_counts(self) -> list[int]:
        """The counts that the page of takeovers shows."""
        return sorted(int(float(row[1])) for row in self._table("takeovers", "reasons"))

    def agents(self) -> dict[str, tuple[int, int, float, int]]:
        """By name: chats, replies, average score, tickets solved."""
        return {
            row[0]: (int(_number(row, 1)), int(_number(row, 2)), _number(row, 8), int(_number(row, 10)))
            for row in self._table("agents", "agents")
        }

    def gaps(self) -> dict[str, int]:
        """The weekly report: questions without an answer, and how often each was asked this week."""
        return {row[0]: int(_number(row, 1)) for row in self._table("weekly", "gaps")}

    def episodes(self, **words: object) -> Rows:
        """The rows behind a figure."""
        text = self._browser.get(f"/admin/reports/episode/export.csv?{self._query(words)}").decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def _line(self, page: str, table: str, name: str) -> Sequence[str]:
        return next((row for row in self._table(page, table) if row[0] == name), ())

    def _table(self, page: str, table: str, **words: object) -> Sequence[Sequence[str]]:
        path = f"/admin/reports/export/{page}/{table}.csv?{self._query(words)}"
        return list(csv.reader(io.StringIO(self._browser.get(path).decode("utf-8-sig"))))[1:]

    def _query(self, words: Mapping[str, object]) -> str:
        return urlencode({"start": self._start, "end": self._end, **words})


def _sum(rows: Sequence[Sequence[str]], place: int) -> float:
    return sum(_number(row, place) for row in rows)


def _number(row: Sequence[str], place: int) -> float:
    try:
        return float(row[place])
    except (IndexError, ValueError):
        return 0.0
