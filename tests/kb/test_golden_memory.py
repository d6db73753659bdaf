"""A round of answers is used again while everything that it depends on is the same, and no longer."""

import pytest

from kb.golden_memory import recall_round, remember_round
from kb.index import KnowledgeIndex
from kb.prepared import IndexedEntry
from kb.rehearsal import Case, Expected, Told
from kb.vectors import VectorTable

CASES = [Case("退款多久到账", Expected("entry", 1))]
TOLD = [Told("answer", 1, "退款多久到账", "两天。")]


def index_of(answer: str = "两天。") -> KnowledgeIndex:
    return KnowledgeIndex([IndexedEntry(1, ("退款多久到账",), answer)], VectorTable.empty())


@pytest.mark.parametrize(
    ("index", "cases", "handoffs", "seconds", "is_recalled"),
    [
        (index_of(), CASES, {}, 299.0, True),
        (index_of(), CASES, {}, 301.0, False),
        (index_of("三天。"), CASES, {}, 1.0, False),
        (index_of(), [Case("退款多久到账", Expected("nothing"))], {}, 1.0, False),
        (index_of(), CASES, {1: "always"}, 1.0, False),
    ],
)
def test_a_round_is_recalled_while_nothing_has_changed(
    index: KnowledgeIndex, cases: list[Case], handoffs: dict[int, str], seconds: float, is_recalled: bool
) -> None:
    remember_round(index_of(), CASES, {}, TOLD, now=1000.0)
    found = recall_round(index, cases, handoffs, now=1000.0 + seconds)
    assert found == (TOLD if is_recalled else None)
