"""The invented shops: whole, and apart from what answering is measured on."""

import json
from pathlib import Path

import pytest

from cs_platform.text import phrase_key
from kb.lexicon.shops import Shop, shops

MEASURED = sorted((Path(__file__).parents[1] / "payloads" / "evaluation").glob("*.jsonl"))


def test_there_are_enough_of_them_to_learn_from() -> None:
    assert len(shops()) >= 20
    assert sum(len(shop.questions) for shop in shops()) >= 3_000


@pytest.mark.parametrize("shop", shops(), ids=lambda shop: shop.name)
def test_every_answer_that_a_question_has_is_an_entry_of_its_shop(shop: Shop) -> None:
    keys = [entry.key for entry in shop.entries]
    assert len(keys) == len(set(keys))
    assert all(question.answered_by <= set(keys) for question in shop.questions)


@pytest.mark.parametrize("shop", shops(), ids=lambda shop: shop.name)
def test_every_shop_has_questions_that_it_cannot_answer(shop: Shop) -> None:
    unknown = [question for question in shop.questions if not question.answered_by]
    assert 0.1 < len(unknown) / len(shop.questions) < 0.4


def test_no_question_that_answering_is_measured_with_stands_in_a_shop() -> None:
    known = {phrase_key(question.text) for shop in shops() for question in shop.questions}
    rows = [json.loads(line) for path in MEASURED for line in path.read_text(encoding="utf-8").splitlines()]
    asked = {phrase_key(row["query"]) for row in rows if "query" in row}
    assert asked and not asked & known
