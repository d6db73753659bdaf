"""Pending knowledge: each signal counts once, a group becomes an entry, and publishing it resolves the group."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cs_platform.models import User
from kb.models import Gap, GapQuestion
from kb.search import published_entries
from kb.services import archive_entries, delete_entries, publish_entries, unpublish_entries
from kb.services.gaps import (
    add_to_entry,
    draft_entry,
    ignore_gaps,
    note_answer,
    record_gap,
    reopen_gaps,
    split_question,
)
from tests.factories import make_entry
from tests.kb.gaps import miss, texts_of

pytestmark = pytest.mark.django_db


def test_the_same_reference_counts_once() -> None:
    miss("灯泡能换吗", reference="conversation:1:2")
    gap = miss("灯泡能换吗", reference="conversation:1:2")
    assert (gap.count, gap.weight, GapQuestion.objects.count()) == (1, 1, 1)


def test_an_answer_that_comes_late_is_kept() -> None:
    miss("灯泡能换吗", source="wrong_reply", reference="message:7")
    miss("灯泡能换吗", source="wrong_reply", reference="message:7", answer="可以换 E27 灯泡。")
    assert GapQuestion.objects.get().answer == "可以换 E27 灯泡。"


@pytest.mark.parametrize("same", ["灯泡能换吗？", "你好，灯泡能换吗", " 灯泡 能换吗!! ", "灯泡能换吗 谢谢"])
def test_questions_that_read_the_same_are_one_group_at_once(same: str) -> None:
    first = miss("灯泡能换吗")
    assert miss(same).pk == first.pk
    assert Gap.objects.get().count == 2


@pytest.mark.parametrize(
    ("source", "weight"),
    [("miss", 1), ("repeat", 1), ("edited_suggestion", 1), ("handoff", 2), ("low_rating", 2), ("wrong_reply", 3)],
)
def test_a_signal_weighs_what_it_says(source: str, weight: int) -> None:
    assert miss("灯泡能换吗", source=source).weight == weight


@pytest.mark.parametrize("text", ["", "？？", "😀"])
def test_what_has_no_words_is_no_gap(text: str) -> None:
    assert record_gap(text, source="miss", reference="x") is None
    assert not Gap.objects.exists()


def test_personal_data_is_not_kept() -> None:
    gap = miss("我电话13812345678，灯泡能换吗", answer="请加微信 qinghe_01 联系我们")
    question = gap.questions.get()
    assert "138" not in question.text and "qinghe_01" not in question.answer


def test_the_most_urgent_comes_first() -> None:
    rare = miss("灯泡能换吗", source="wrong_reply")
    frequent = [miss("台灯有几档亮度") for _ in range(4)][-1]
    assert list(Gap.objects.pending().ranked()) == [frequent, rare]


def test_a_draft_has_every_wording_and_the_agents_answer(manager: User) -> None:
    gap = miss("灯泡能换吗", answer="可以自己换。")
    GapQuestion.objects.create(gap=gap, text="灯坏了能换灯泡不", key="k2", source="miss", reference="r2")
    entry = draft_entry(gap, by=manager)
    assert (entry.question, entry.variants, entry.answer) == ("灯泡能换吗", "灯坏了能换灯泡不", "可以自己换。")
    assert (entry.status, entry.updated_by, gap.status, gap.entry) == ("draft", manager, "drafted", entry)


def test_a_correction_of_the_ai_outweighs_what_was_said_since(manager: User) -> None:
    miss("灯泡能换吗", source="wrong_reply", answer="灯泡规格是 E27，可以换。")
    gap = miss("灯泡能换吗", source="handoff", answer="我帮你看一下具体的型号哦")
    assert draft_entry(gap, by=manager).answer == "灯泡规格是 E27，可以换。"


def test_a_draft_of_a_question_that_has_an_entry_completes_that_entry(manager: User) -> None:
    entry = make_entry("灯泡能换吗", status="draft")
    assert draft_entry(miss("你好，灯泡能换吗"), by=manager) == entry
    assert Gap.objects.get().status == "drafted"


def test_what_is_written_while_trying_the_demo_keeps_the_samples(manager: User) -> None:
    make_entry("怎么退货", is_sample=True)
    entry = draft_entry(miss("灯泡能换吗", answer="可以自己换。"), by=manager)
    publish_entries([entry], by=manager)
    assert {found.question for found in published_entries()} == {"怎么退货", "灯泡能换吗"}
    make_entry("保修多久")
    assert {found.question for found in published_entries()} == {"灯泡能换吗", "保修多久"}


def test_wordings_join_an_entry_once(manager: User) -> None:
    entry = make_entry("怎么换灯泡", variants="灯泡能换吗")
    gap = miss("灯泡能换吗")
    add_to_entry(gap, entry, by=manager)
    add_to_entry(miss("灯泡坏了怎么办"), entry, by=manager)
    entry.refresh_from_db()
    assert entry.variants == "灯泡能换吗\n灯泡坏了怎么办"
    assert set(Gap.objects.values_list("status", flat=True)) == {"resolved"}


def test_publishing_resolves_and_taking_back_reopens(manager: User) -> None:
    gap = miss("灯泡能换吗", answer="可以自己换。")
    entry = draft_entry(gap, by=manager)
    seen = []
    for change in (publish_entries, unpublish_entries, publish_entries, archive_entries):
        change([entry], by=manager)
        gap.refresh_from_db()
        seen.append((gap.status, gap.resolved_at is not None))
    assert seen == [("resolved", True), ("drafted", False), ("resolved", True), ("open", False)]


def test_deleting_the_entry_reopens(manager: User) -> None:
    gap = miss("灯泡能换吗")
    delete_entries([draft_entry(gap, by=manager)])
    gap.refresh_from_db()
    assert (gap.status, gap.entry) == ("open", None)


def test_asked_again_after_it_was_resolved_it_opens_again(manager: User) -> None:
    gap = miss("灯泡能换吗", answer="可以自己换。")
    publish_entries([draft_entry(gap, by=manager)], by=manager)
    gap = miss("灯泡能换吗")
    assert (gap.status, gap.reopened_at is not None, gap.count) == ("open", True, 2)


def test_what_was_asked_before_it_was_resolved_does_not_open_it(manager: User) -> None:
    gap = miss("灯泡能换吗", answer="可以自己换。")
    publish_entries([draft_entry(gap, by=manager)], by=manager)
    assert miss("灯泡能换吗", asked_at=timezone.now() - timedelta(hours=1)).status == "resolved"


def test_ignored_stays_ignored_until_it_is_put_back() -> None:
    ignore_gaps([miss("你叫什么名字")])
    gap = miss("你叫什么名字？")
    assert (gap.status, Gap.objects.pending().count()) == ("ignored", 0)
    reopen_gaps([gap])
    assert Gap.objects.pending().get() == gap


def test_a_wording_splits_off_with_its_equals(manager: User) -> None:
    gap = miss("灯泡能换吗")
    miss("灯泡能换吗")
    other = GapQuestion.objects.create(gap=gap, text="灯罩能洗吗", key="灯罩能洗吗", source="miss", reference="r2")
    own = split_question(other)
    gap.refresh_from_db()
    assert (texts_of(gap), gap.count) == ({"灯泡能换吗"}, 2)
    assert (texts_of(own), own.count, own.is_settled) == ({"灯罩能洗吗"}, 1, True)
    assert miss("灯罩能洗吗").pk == own.pk


def test_the_only_wording_cannot_split_off() -> None:
    gap = miss("灯泡能换吗")
    with pytest.raises(ValidationError):
        split_question(gap.questions.get())
    assert Gap.objects.count() == 1


def test_an_agents_words_become_the_answer() -> None:
    gap = miss("灯泡能换吗", conversation_id=5)
    miss("灯罩能洗吗", conversation_id=6)
    assert note_answer(5, "可以换，规格是 E27。") == 1
    assert gap.questions.get().answer == "可以换，规格是 E27。"


@pytest.mark.parametrize(
    "text", ["好的", "您好，请问有什么可以帮您？", "稍等，我正在帮您查一下", "我是客服小美，很高兴为您服务"]
)
def test_greetings_and_waiting_are_no_answer(text: str) -> None:
    gap = miss("灯泡能换吗", conversation_id=5)
    assert note_answer(5, text) == 0
    assert gap.questions.get().answer == ""


def test_the_first_answer_stays_and_old_questions_are_left_alone() -> None:
    miss("灯泡能换吗", conversation_id=5, answer="可以自己换。")
    miss("灯罩能洗吗", conversation_id=5, asked_at=timezone.now() - timedelta(days=3))
    assert note_answer(5, "请用清水冲洗灯罩。") == 0


def test_a_customers_sentence_becomes_no_pattern(manager: User) -> None:
    entry = make_entry("换灯泡", "可以。", match_mode="pattern", variants="(换|装)灯泡")
    with pytest.raises(ValidationError):
        add_to_entry(miss("灯泡 [可以] 换吗"), entry, by=manager)
    entry.refresh_from_db()
    assert entry.variants == "(换|装)灯泡"
    assert Gap.objects.get().entry is None
