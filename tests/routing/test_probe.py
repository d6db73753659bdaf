"""Learning from few examples."""

import numpy as np
import pytest

from routing.probe import Probe
from tests.kb.encoders import FakeEncoder

TEXTS = ["怎么退货", "我要退货", "退货流程", "什么时候发货", "还没发货吗", "今天发货吗"]
LABELS = ["return"] * 3 + ["shipping"] * 3


def best(probe: Probe, text: str, vector: np.ndarray | None = None) -> str:
    return probe.labels[int(probe.score(text, vector).argmax())]


@pytest.mark.parametrize(("text", "label"), [("可以退货吗", "return"), ("啥时候能发货", "shipping")])
def test_words_alone_find_the_label(text: str, label: str) -> None:
    assert best(Probe(TEXTS, LABELS), text) == label


def test_meaning_finds_the_label_without_a_common_word() -> None:
    encoder = FakeEncoder(dict(zip(TEXTS, LABELS, strict=True)) | {"寄回": "return"})
    probe = Probe(TEXTS, LABELS, encoder.encode(TEXTS))
    assert best(probe, "寄回", encoder.encode(["寄回"])[0]) == "return"


def test_a_text_like_its_examples_scores_near_one_and_one_like_none_near_zero() -> None:
    probe = Probe(TEXTS, LABELS)
    assert probe.score("怎么退货").max() > 0.7
    assert probe.score("zzzz").max() < 0.6


def test_a_crowded_label_does_not_swallow_a_small_one() -> None:
    crowd = [f"今天天气不错{number}" for number in range(40)]
    probe = Probe([*crowd, "我要投诉", "投诉你们"], [*["chat"] * 40, "complaint", "complaint"])
    assert best(probe, "要投诉") == "complaint"
