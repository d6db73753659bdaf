"""The evaluation sets of our own are whole: every id exists, nothing is twice, and the kinds are there in their numbers."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kb.evaluation import read_rows

FOLDER = Path(__file__).parent.parent / "payloads" / "evaluation"


def _rows(name: str) -> list[dict[str, Any]]:
    return read_rows(FOLDER / f"{name}.jsonl", required=())


@pytest.mark.parametrize(("shop", "entries"), [("dev", 60), ("measure", 80)])
def test_a_shop_has_entries_with_answers_of_the_usual_length(shop, entries):
    rows = _rows(f"{shop}_kb")

    assert len({row["id"] for row in rows}) == len(rows) == entries
    assert all(30 <= len(row["answer"]) <= 120 for row in rows)


@pytest.mark.parametrize(("shop", "answerable"), [("dev", 140), ("measure", 240)])
def test_questions_of_each_kind_are_there_in_their_numbers(shop, answerable):
    rows = _rows(f"{shop}_queries")

    assert Counter(row["type"] for row in rows) == {"answerable": answerable, "near_ood": 30, "far_ood": 30}
    assert len({row["query"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("shop", "name"),
    [
        ("dev", "dev_queries"),
        ("measure", "measure_queries"),
        ("measure", "measure_typos"),
        ("measure", "measure_traditional"),
        ("measure", "measure_mixed"),
    ],
)
def test_only_answerable_questions_name_entries_and_those_exist(shop, name):
    ids = {row["id"] for row in _rows(f"{shop}_kb")}

    for row in _rows(name):
        assert set(row["relevant_ids"]) <= ids
        assert bool(row["relevant_ids"]) == (row["type"] == "answerable")


@pytest.mark.parametrize("shop", ["dev", "measure"])
def test_no_question_is_a_phrasing_of_the_knowledge(shop):
    phrasings = {text for row in _rows(f"{shop}_kb") for text in (row["question"], *row["variants"])}

    assert not phrasings & {row["query"] for row in _rows(f"{shop}_queries")}


@pytest.mark.parametrize(("name", "rows"), [("typos", 60), ("traditional", 60), ("mixed", 40)])
def test_other_ways_of_writing_are_there_in_their_numbers(name, rows):
    assert len(_rows(f"measure_{name}")) == rows


def test_each_question_with_typos_differs_in_two_characters():
    for row in _rows("measure_typos"):
        assert sum(a != b for a, b in zip(row["meant"], row["query"], strict=True)) == 2
