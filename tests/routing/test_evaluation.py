"""Measuring intents and feelings on given rows."""

import io
import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from routing.evaluation import evaluate_intent, evaluate_sentiment

TRAIN = [
    {"text": text, "label": label, "split": "train"}
    for text, label in (("怎么退货", "return"), ("我要退货", "return"), ("什么时候发货", "ship"), ("还没发货", "ship"))
]


@pytest.fixture(autouse=True)
def words_only(settings: LazySettings) -> None:
    settings.ENCODER = "off"


def silent(what: str, done: int, total: int) -> None:
    """No progress."""


def test_rows_to_learn_from_are_the_only_examples() -> None:
    test = [{"text": "可以退货吗", "label": "return"}, {"text": "发货了吗", "label": "return", "split": "test"}]
    figures = evaluate_intent([*TRAIN, *test], silent)
    assert (figures["n"], figures["accuracy"]) == (2, 0.5)
    assert figures["per_label"] == {
        "return": {"n": 2, "precision": 1.0, "recall": 0.5, "f1": 0.6667},
        "ship": {"n": 0, "precision": 0.0, "recall": 0.0, "f1": 0.0},
    }
    assert figures["macro_f1"] == pytest.approx(0.3333, abs=1e-3)


def test_without_them_the_shipped_intents_are_tested_by_name() -> None:
    rows = [{"text": "我要投诉你们", "label": "投诉维权"}, {"text": "你们老板什么星座", "label": "none"}]
    figures = evaluate_intent(rows, silent)
    assert figures["accuracy"] == 1.0
    assert set(figures["per_label"]) == {"投诉维权", "none"}  # type: ignore[arg-type]


def test_feelings_are_called_what_the_rows_call_them() -> None:
    two = [{"text": "你们就是骗子", "label": "negative"}, {"text": "怎么退货", "label": "non_negative"}]
    three = [{"text": "怎么退货", "label": "neutral"}]
    assert evaluate_sentiment(two, silent)["accuracy"] == evaluate_sentiment(three, silent)["accuracy"] == 1.0


def test_the_command_prints_one_object(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in [*TRAIN, {"text": "退货", "label": "return"}]))
    out = io.StringIO()
    call_command("evaluate", "intent", str(file), "--json", stdout=out, stderr=io.StringIO())
    assert set(json.loads(out.getvalue().splitlines()[-1])) >= {
        "n",
        "accuracy",
        "macro_f1",
        "per_label",
        "p50_ms",
        "p95_ms",
    }


def test_a_row_without_a_label_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"text": "退货"}')
    with pytest.raises(CommandError, match="label"):
        call_command("evaluate", "sentiment", str(file))
