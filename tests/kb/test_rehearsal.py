"""What a change makes of a golden question: the comparison itself."""

import pytest

from kb.rehearsal import Case, Expected, Told, compare, is_hollowed, judge

ANSWER = "仓库收到退货后48小时内退款，原路返回到支付账户。"
ENTRY = Expected("entry", 1)
NOTHING = Expected("nothing")


def told(band: str = "answer", entry_id: int | None = 1, text: str = ANSWER, offered: tuple[int, ...] = ()) -> Told:
    return Told(band, entry_id if band == "answer" else None, "", text if band == "answer" else "", offered)


@pytest.mark.parametrize(
    ("expected", "given", "outcome"),
    [
        (ENTRY, told(), "right"),
        (ENTRY, told(entry_id=2), "wrong"),
        (ENTRY, told("clarify", offered=(2, 1)), "offered"),
        (ENTRY, told("clarify", offered=(2,)), "silent"),
        (ENTRY, told("unknown"), "silent"),
        (ENTRY, told("handoff"), "silent"),
        (NOTHING, told("unknown"), "right"),
        (NOTHING, told("handoff"), "right"),
        (NOTHING, told("clarify", offered=(1,)), "right"),
        (NOTHING, told(), "wrong"),
        (Expected("words", None, ("48 小时", "原路")), told(entry_id=7), "right"),
        (Expected("words", None, ("24小时",)), told(), "wrong"),
        (Expected("entry", 1, ("24小时",)), told(), "wrong"),
        (Expected("entry", None), told(), "open"),
    ],
)
def test_how_an_answer_fits_what_is_expected(expected: Expected, given: Told, outcome: str) -> None:
    assert judge(expected, given) == outcome


@pytest.mark.parametrize(
    ("expected", "before", "after", "verdict", "why", "blocks"),
    [
        (ENTRY, told(), told(), "unchanged", "", False),
        (ENTRY, told(), told(text=ANSWER + "请放心。"), "changed", "", False),
        (ENTRY, told(), told("unknown"), "worse", "lost", True),
        (ENTRY, told(), told("clarify", offered=(1,)), "worse", "lost", True),
        (ENTRY, told("unknown"), told(entry_id=2), "worse", "taken", True),
        (ENTRY, told("clarify", offered=(1,)), told("unknown"), "worse", "less", False),
        (ENTRY, told(entry_id=2), told(entry_id=3), "changed", "", False),
        (ENTRY, told("unknown"), told(), "improved", "", False),
        (NOTHING, told("unknown"), told(), "worse", "sent", True),
        (ENTRY, told(), told(text="退。"), "worse", "hollow", True),
        (
            Expected("entry", 1, ("48",)),
            told(),
            told(text="仓库收到退货后尽快退款，原路返回到账户。"),
            "worse",
            "words",
            True,
        ),
    ],
)
def test_what_a_change_makes_of_it(
    expected: Expected, before: Told, after: Told, verdict: str, why: str, blocks: bool
) -> None:
    line = compare(Case("退款多久到账", expected), before, after)
    assert (line.verdict, line.why, line.is_blocking) == (verdict, why, blocks)


def test_a_question_that_does_not_block_is_worse_all_the_same() -> None:
    line = compare(Case("退款多久到账", ENTRY, is_blocking=False), told(), told("unknown"))
    assert (line.verdict, line.is_blocking) == ("worse", False)


@pytest.mark.parametrize(
    ("after", "is_hollow"),
    [
        ("", True),
        ("。。。", True),
        ("退款。", True),
        ("????????????????????????", True),
        ("ä»“åº“æ”¶åˆ°é€€è´§åŽ48å°æ—¶å†…é€€æ¬¾ åŽŸè·¯è¿”å›ž", True),
        ("仓库收到后两天内退款，原路返回。", False),
        ("退款在收货后48小时内完成；有问题请找客服。", False),
    ],
)
def test_an_emptied_or_garbled_answer_is_told_from_a_rewritten_one(after: str, is_hollow: bool) -> None:
    assert is_hollowed(ANSWER, after) is is_hollow
