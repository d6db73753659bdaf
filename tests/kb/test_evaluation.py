"""Figures of an evaluation on a small knowledge base, without a database."""

import json
from pathlib import Path

import pytest

from kb.evaluation import UnreadableRowsError, evaluate_answers
from tests.kb.encoders import FakeEncoder

KB = [
    {"id": "a", "question": "怎么退货", "variants": ["想退回去"], "answer": "在订单页申请。"},
    {"id": "b", "question": "运费谁承担", "answer": None},
]
QUERIES = [
    {"query": "怎么退货", "relevant_ids": ["a"], "type": "same"},
    {"query": "运费谁承担", "relevant_ids": ["a"], "type": "mislabelled"},
    {"query": "昨晚的球赛谁赢了", "relevant_ids": [], "type": "far"},
]


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def silent(what: str, done: int, total: int) -> None:
    """No progress in tests."""


@pytest.fixture
def figures(tmp_path: Path, encoder: FakeEncoder) -> dict[str, object]:
    kb, queries = write_rows(tmp_path / "kb.jsonl", KB), write_rows(tmp_path / "queries.jsonl", QUERIES)
    return evaluate_answers(kb, queries, silent)


def test_retrieval_counts_answerable_queries_only(figures: dict[str, object]) -> None:
    assert (figures["n"], figures["recall_at_1"], figures["recall_at_5"], figures["mrr"]) == (3, 0.5, 1.0, 0.75)


def test_a_wrong_answer_is_a_share_of_what_was_answered(figures: dict[str, object]) -> None:
    assert (figures["answered"], figures["answered_correct"], figures["wrong_answers"]) == (0.6667, 0.5, 0.5)


def test_refusal_is_counted_by_type(figures: dict[str, object]) -> None:
    assert figures["refused_unanswerable"] == 1.0
    assert figures["by_type"]["far"]["refused"] == 1.0  # type: ignore[index]


def test_every_promised_figure_is_there(figures: dict[str, object]) -> None:
    promised = ["offered", "offered_correct", "auroc", "p50_ms", "p95_ms"]
    assert [name for name in promised if name not in figures] == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("", "no rows"), ("{}", "row 1 has no id, question"), ("nonsense", "line 1"), ("[1]", "not an object")],
)
def test_an_unreadable_file_is_explained(tmp_path: Path, content: str, complaint: str) -> None:
    kb = tmp_path / "kb.jsonl"
    kb.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableRowsError, match=complaint):
        evaluate_answers(kb, kb, silent)


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UnreadableRowsError, match=r"nowhere\.jsonl"):
        evaluate_answers(tmp_path / "nowhere.jsonl", tmp_path / "nowhere.jsonl", silent)


def test_perturbed_questions_are_reported_apart(tmp_path: Path, encoder: FakeEncoder) -> None:
    kb, queries = write_rows(tmp_path / "kb.jsonl", KB), write_rows(tmp_path / "queries.jsonl", QUERIES)
    figures = evaluate_answers(kb, queries, silent, perturb=["traditional", "english"])
    perturbed: dict[str, dict[str, object]] = figures["perturbed"]  # type: ignore[assignment]
    assert figures["n"] == 3 and set(perturbed) == {"traditional", "english"}
    assert (perturbed["traditional"]["n"], perturbed["traditional"]["recall_at_5"]) == (3, 1.0)
    assert perturbed["english"]["n"] == 1 and "before" in perturbed["english"]
