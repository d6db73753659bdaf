"""Questions typed wrong are read as they were meant."""

import random

import pytest

from kb.index import KnowledgeIndex
from kb.perturbing import in_traditional, mixed_with_english, typed_by_sound
from kb.sounds import sounds, syllable
from kb.spelling import Spelling
from kb.vectors import VectorTable
from tests.kb.conftest import entry

WRITTEN = ["怎么申请退货", "发票抬头怎么填", "换货要多久", "iphone 手机壳有货吗"]


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(WRITTEN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("怎么申请推货", "怎么申请退货"),
        ("怎么深请腿货", "怎么申请退货"),
        ("发飘抬头", "发票抬头"),
        ("我要换获", "我要换货"),
        ("iphon 手机壳", "iphone 手机壳"),
        ("ihpone 手机壳", "iphone 手机壳"),
        ("iphonee 手机壳", "iphone 手机壳"),
        ("zenme tuihuo", "怎么 退货"),
    ],
)
def test_what_sounds_or_looks_like_words_of_the_shop_becomes_them(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.correct(typed).text == meant


@pytest.mark.parametrize("text", ["对话框打不开", "这件事情很麻烦", "推荐一款", "时间太长了", "今天收获很大", "apple"])
def test_ordinary_words_stay(spelling: Spelling, text: str) -> None:
    assert spelling.correct(text).text == text


def test_what_was_changed_is_told(spelling: Spelling) -> None:
    changes = spelling.correct("怎么申请推货").changes
    assert [(change.wrong, change.right, change.kind) for change in changes] == [("推", "退", "sound")]


def test_protected_characters_are_not_touched(spelling: Spelling) -> None:
    assert spelling.correct("推货", fixed={0, 1}).text == "推货"


def test_regional_confusions_sound_the_same() -> None:
    assert sounds("知") == sounds("资") and sounds("牛") == sounds("刘") and sounds("名") == sounds("民")
    assert syllable("退") == syllable("推") == "tui"


def test_two_wrong_homophones_still_find_the_entry(words_only: None) -> None:
    entries = [entry(number, text) for number, text in enumerate(WRITTEN, 1)]
    index = KnowledgeIndex(entries, VectorTable.empty())
    assert index.search("发飘抬头怎么甜")[0].entry.id == 2


def test_questions_are_perturbed_the_same_way_every_time() -> None:
    typed = typed_by_sound("怎么申请退货", random.Random(1))
    assert typed == typed_by_sound("怎么申请退货", random.Random(1))
    assert sum(one != two for one, two in zip(typed, "怎么申请退货", strict=True)) == 2
    assert in_traditional("怎么申请退货", random.Random(1)) == "怎麼申請退貨"
    assert mixed_with_english("退款多久到账", random.Random(1)) == "refund 多久到账"
