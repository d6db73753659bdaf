"""Which wording names a group, and which groups have none that a newcomer understands."""

import pytest

from kb.mining.naming import well_formed
from kb.models import MinedQuestion
from tests.kb.history import dialogues, import_history


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("订单取消不了", "如何取消掉？"),
        ("电池怎么换？", "我的电池怎么可能换？"),
        ("什么地方可以查物流？", "物流这是怎么了？"),
        ("灯罩买不到", "连灯罩都买不了？"),
        ("今天能发货？", "今天刚发货？"),
        ("发货很慢", "为什么发货的人跟我说？"),
    ],
)
def test_the_one_that_says_what_it_is_about_reads_better(better: str, worse: str) -> None:
    assert well_formed(better) > well_formed(worse)


@pytest.mark.django_db
def test_a_group_of_amazement_is_left_apart() -> None:
    import_history(
        dialogues(
            *((text, "抱歉给您带来不便") for text in ("一个灯泡三百块？", "一个灯泡三百块钱？", "一只灯泡三百块？")),
            *((text, "退货在订单页申请，七天之内都可以。") for text in ("怎么申请退货？", "怎么申请退货呀？")),
        )
    )
    assert [one.question for one in MinedQuestion.objects.all()] == ["怎么申请退货？"]


@pytest.mark.django_db
def test_however_it_is_put_what_is_written_again_and_again_is_a_group() -> None:
    import_history(dialogues(*[("有粉色款式？", "有的，今天就能发出。")] * 3))
    assert MinedQuestion.objects.get().question == "有粉色款式？"
