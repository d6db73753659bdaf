"""Frequent questions of the history: decided once, made into one entry, merged, rejected."""

import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from cs_platform.models import User
from kb.models import Entry, MinedQuestion
from kb.services.mined import (
    AlreadyDecided,
    accept_as_found,
    accept_question,
    merge_into_entry,
    merge_into_question,
    reject_questions,
    reopen_questions,
)
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder
from tests.kb.history import LAMP_ANSWER, import_history, make_mined, shop_history

pytestmark = pytest.mark.django_db


def accept(mined: MinedQuestion, by: User, **fields: object) -> Entry:
    return accept_question(
        mined, **{"question": mined.question, "answer": mined.answer, "by": by, "phrasings": ["换灯泡"], **fields}
    )


def test_accepting_makes_a_draft_as_edited(manager: User) -> None:
    mined = make_mined()
    entry = accept(mined, manager, question="灯泡怎么换", phrasings=["换灯泡", "灯泡怎么换？", "换灯泡！"])
    assert (entry.question, entry.variants, entry.answer, entry.status) == (
        "灯泡怎么换",
        "换灯泡",
        LAMP_ANSWER,
        "draft",
    )
    assert (mined.status, mined.entry, mined.reviewed_by) == ("accepted", entry, manager)


def test_accepting_can_publish(manager: User) -> None:
    assert accept(make_mined(), manager, publish=True).status == "published"


def test_only_managers_publish(agent: User) -> None:
    mined = make_mined()
    with pytest.raises(PermissionDenied):
        accept(mined, agent, publish=True)
    mined.refresh_from_db()
    assert (mined.status, Entry.objects.count()) == ("pending", 0)


def test_a_question_that_an_entry_has_is_refused_and_stays_open(manager: User) -> None:
    make_entry("台灯的灯泡怎么换？")
    mined = make_mined()
    with pytest.raises(ValidationError):
        accept(mined, manager)
    mined.refresh_from_db()
    assert (mined.status, mined.reviewed_by) == ("pending", None)


def test_what_is_decided_is_not_decided_again(manager: User) -> None:
    mined = make_mined()
    accept(mined, manager)
    with pytest.raises(AlreadyDecided):
        accept(mined, manager, question="别的")
    assert Entry.objects.count() == 1
    assert reject_questions([mined], by=manager) == 0


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_make_one_entry(manager: User, words_only: None) -> None:
    mined, together, outcomes = make_mined(), threading.Barrier(2), []

    def review(question: str) -> None:
        together.wait()
        try:
            outcomes.append(accept(mined, manager, question=question).question)
        except AlreadyDecided:
            outcomes.append("late")
        connection.close()

    reviewers = [threading.Thread(target=review, args=(text,)) for text in ("灯泡怎么换", "如何换灯泡")]
    [reviewer.start() for reviewer in reviewers]
    [reviewer.join() for reviewer in reviewers]
    mined.refresh_from_db()
    assert sorted(outcomes, key=len)[0] == "late" or "late" in outcomes
    assert (Entry.objects.count(), mined.entry) == (1, Entry.objects.get())


def test_merging_moves_everything_asked(encoder: FakeEncoder, manager: User) -> None:
    for text in ("台灯的灯泡怎么换", "灯泡坏了可以自己换吗", "怎么更换台灯灯泡"):
        encoder.meanings[text] = "bulb"
    import_history(shop_history())
    lamp, post = MinedQuestion.objects.order_by("-count")
    merge_into_question(post, lamp, by=manager)
    lamp.refresh_from_db(), post.refresh_from_db()
    assert (lamp.count, lamp.status, post.count, post.status, post.merged_into) == (5, "pending", 0, "merged", lamp)
    assert "今天下单什么时候发货？" in lamp.phrasing_list


def test_merging_into_what_was_decided_is_refused(manager: User) -> None:
    mined, other = make_mined(), make_mined("怎么换灯泡")
    reject_questions([other], by=manager)
    with pytest.raises(ValidationError):
        merge_into_question(mined, other, by=manager)
    mined.refresh_from_db()
    assert mined.status == "pending"


def test_merging_into_an_entry_adds_the_phrasings(manager: User) -> None:
    entry = make_entry("怎么换灯泡", variants="灯泡坏了可以自己换吗")
    mined = make_mined()
    merge_into_entry(mined, entry, by=manager)
    entry.refresh_from_db(), mined.refresh_from_db()
    assert entry.phrasings == ("怎么换灯泡", "灯泡坏了可以自己换吗", "台灯的灯泡怎么换？")
    assert (mined.status, mined.entry) == ("merged", entry)


def test_many_are_accepted_at_once_those_without_answer_stay(manager: User) -> None:
    make_mined(), make_mined("有几种颜色", answer="")
    assert accept_as_found(MinedQuestion.objects.all(), by=manager) == (1, 1)
    assert MinedQuestion.objects.pending().get().question == "有几种颜色"


def test_rejected_ones_can_come_back(manager: User) -> None:
    mined = make_mined()
    reject_questions([mined], by=manager)
    assert reopen_questions([mined]) == 1
    mined.refresh_from_db()
    assert (mined.status, mined.reviewed_by) == ("pending", None)


def test_customers_wordings_are_no_patterns(manager: User) -> None:
    entry = make_entry("怎么换灯泡", variants="换*灯泡", match_mode="pattern")
    mined = make_mined()
    with pytest.raises(ValidationError):
        merge_into_entry(mined, entry, by=manager)
    entry.refresh_from_db(), mined.refresh_from_db()
    assert (entry.variants, mined.status) == ("换*灯泡", "pending")


def test_an_entry_that_was_deleted_meanwhile_takes_nothing(manager: User) -> None:
    entry, mined = make_entry("怎么换灯泡"), make_mined()
    Entry.objects.filter(pk=entry.pk).delete()
    with pytest.raises(ValidationError):
        merge_into_entry(mined, entry, by=manager)
    mined.refresh_from_db()
    assert mined.status == "pending"


def test_merging_into_a_question_that_is_gone_is_refused(manager: User) -> None:
    mined, other = make_mined(), make_mined("怎么换灯泡")
    MinedQuestion.objects.filter(pk=other.pk).delete()
    with pytest.raises(ValidationError):
        merge_into_question(mined, other, by=manager)
    mined.refresh_from_db()
    assert mined.status == "pending"
