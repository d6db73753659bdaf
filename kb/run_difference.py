"""What became different from one run to another, question by question. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.models import GoldenResult


@dataclass(frozen=True)
class Difference:
    """One question in two runs; None where a run does not have it."""

    question: str
    old: GoldenResult | None
    new: GoldenResult | None

    @property
    def kind(self) -> str:
        """better, worse, changed, added or gone."""
        if self.old is None or self.new is None:
            return "added" if self.old is None else "gone"
        gain = _RANK[self.new.outcome] - _RANK[self.old.outcome]
        return "better" if gain > 0 else "worse" if gain < 0 else "changed"


_RANK = {"wrong": 0, "silent": 1, "open": 1, "": 1, "offered": 2, "right": 3}
_ORDER = ("worse", "changed", "better", "added", "gone")


def differences(old: Iterable[GoldenResult], new: Iterable[GoldenResult]) -> Sequence[Difference]:
    """Every question that got another answer, what became worse first."""
    before = {row.asked: row for row in old}
    after = {row.asked: row for row in new}
    found = [
        Difference(asked[0], before.get(asked), after.get(asked))
        for asked in dict.fromkeys((*after, *before))
        if _facts(before.get(asked)) != _facts(after.get(asked))
    ]
    return sorted(found, key=lambda difference: _ORDER.index(difference.kind))


def _facts(row: GoldenResult | None) -> object:
    return row and (row.outcome, row.band, row.entry, row.text)
