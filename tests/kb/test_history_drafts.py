"""What of agents' replies becomes the draft of an answer: the clauses meant for the question, or nothing."""

from collections.abc import Sequence

import pytest

from kb.mining.drafts import Draft, Replied, choose_draft, nearness
from kb.mining.replies import told_of
from kb.mining.told import Given, Told

FEE = "退货运费由我们承担，您先垫付，收到后退给您。"
POST = "下午四点前付款的订单当天发出。"
INVOICE = "电子发票在确认收货后三天内发到邮箱。"
STALL = "请您提供一下订单号"


def draft(*replies: str | Replied, others: Sequence[str] = (POST, INVOICE) * 3) -> Draft:
    """The draft for one group, in a history in which others were told other things."""
    given = [one if isinstance(one, Replied) else Replied(one) for one in replies]
    told = Told(
        [Given(told_of(one.text), 0, one.weight) for one in given]
        + [Given(text, 1 + place % 2, 1.0) for place, text in enumerate(others)],
        groups=3,
    )
    return choose_draft(0, given, told, None)


def test_it_is_word_for_word_what_most_agents_said() -> None:
    assert draft(FEE, FEE, "运费险会赔给您，不用自己出。", STALL).text == FEE


def test_of_a_reply_to_two_questions_only_what_is_meant_for_this_one_is_kept() -> None:
    both = Replied(f"{POST}{FEE}", rivals=1)
    assert draft(both, both, FEE).text == FEE


@pytest.mark.parametrize("replies", [(STALL, STALL), (POST, INVOICE), ()])
def test_without_support_there_is_no_draft(replies: tuple[str, ...]) -> None:
    assert draft(*replies) == Draft("", ())


def test_a_single_reply_stands_where_it_means_something_close_to_the_question() -> None:
    told = Told([Given(FEE, 0, 1.0)], groups=1)
    near = choose_draft(0, [Replied(FEE)], told, lambda texts: [2.0] * len(texts))
    far = choose_draft(0, [Replied(FEE)], told, lambda texts: [0.0] * len(texts))
    assert (near.text, far.text) == (FEE, "")


def test_a_single_reply_to_another_wording_is_no_draft() -> None:
    given = [Given(FEE, 0, 1.0)] * 5 + [Given(POST, 1, 1.0), Given(INVOICE, 2, 1.0)] * 5
    told = Told(given, groups=3)
    drafts = [
        choose_draft(0, [Replied(FEE, nearness=near)], told, lambda texts: [2.0] * len(texts)).text
        for near in (0.2, 0.6)
    ]
    assert drafts == ["", FEE]


def test_what_was_told_to_nearly_this_question_comes_first() -> None:
    other = "运费险赔付到您的支付宝，退货运费您不用承担。"
    replies = [Replied(FEE, nearness=0.9)] * 2 + [Replied(other, nearness=0.2)] * 2
    assert draft(*replies).text == FEE


def test_nearness_is_the_share_of_characters_in_common() -> None:
    assert (nearness("运费谁出", "运费谁付"), nearness("运费", "发票")) == (0.8, 0.0)
