"""One spelling per question, and the question without its wrapping."""

import pytest

from cs_platform.text import clean_question, normalise, phrase_key, split_sentences


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("  ＡＢＣ　退货 ", "abc 退货"),
        ("退货\n\t流程", "退货 流程"),
        ("退\u200b货\x00", "退货"),
        ("\ud800退货", "退货"),
        ("", ""),
    ],
)
def test_spellings_of_the_same_text_become_one(typed: str, spelled: str) -> None:
    assert normalise(typed) == spelled


def test_punctuation_does_not_make_another_question() -> None:
    assert phrase_key("怎么退货？？") == phrase_key("怎么 退货") == "怎么退货"


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("你好，请问怎么退货呀？谢谢", "怎么退货"),
        ("亲，发什么快递", "发什么快递"),
        ("亲子装有货吗", "亲子装有货吗"),
        ("客服电话多少", "客服电话多少"),
        ("hi 我想问一下运费谁出", "运费谁出"),
        ("想问下单后多久发货", "想问下单后多久发货"),
        ("想问下怎么退货", "怎么退货"),
        ("hifi耳机保修吗", "hifi耳机保修吗"),
        ("这个有货吗 https://shop.example/item?id=1", "这个有货吗"),
        ("怎么还没到[流泪][流泪]", "怎么还没到"),
        ("20231115123456 什么时候发货", "什么时候发货"),
        ("满99包邮吗", "满99包邮吗"),
    ],
)
def test_wrapping_is_taken_off(typed: str, asked: str) -> None:
    assert clean_question(typed) == asked


@pytest.mark.parametrize("typed", ["你好", "谢谢", "在吗", "😀😀", "[图片]", "12345678901", "", "\x00", "？？？"])
def test_what_is_nothing_but_wrapping_stays(typed: str) -> None:
    assert clean_question(typed)


@pytest.mark.parametrize("typed", ["啊" * 50_000, "谢谢" * 20_000, "你好，" * 20_000, "[a" * 30_000, "，。" * 30_000])
@pytest.mark.timeout(2)
def test_long_text_costs_no_time(typed: str) -> None:
    assert len(clean_question(typed)) <= 300


def test_an_answer_becomes_its_sentences() -> None:
    answer = "可以退货。请保持吊牌完整！\n运费由我们承担；好。"
    assert split_sentences(answer) == ["请保持吊牌完整", "运费由我们承担"]


def test_a_short_answer_is_its_own_sentence() -> None:
    assert split_sentences("可以。") == ["可以。"]


def test_no_answer_has_no_sentences() -> None:
    assert split_sentences(" \n") == []
