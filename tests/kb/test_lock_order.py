"""Doors that change several things about entries at one moment take them in one order, so none is refused."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from cs_platform.models import User
from kb.models import Entry, MinedQuestion
from kb.services import archive_entries, publish_entries
from kb.services.history import StaleEntry
from kb.services.mined import AlreadyDecided, accept_question, merge_into_entry, merge_into_question
from kb.services.overlaps import merge_phrasings
from kb.services.phrasings import add_phrasing
from tests.at_once import at_once
from tests.factories import make_entry
from tests.kb.golden import make_golden
from tests.kb.history import make_mined

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("words_only")]
ROUNDS = 4


def all_at_once(*works: Callable[[], object]) -> None:
    """Whatever one of them raises, a deadlock above all, is raised here."""
    waiting = list(works)
    at_once(lambda: waiting.pop()(), times=len(works))


def guarded_entry(question: str) -> Entry:
    entry = make_entry(question, f"{question}：看说明书第三页。")
    make_golden(question, entry, is_blocking=False)
    return entry


def test_a_phrasing_is_added_while_the_entry_is_stored(manager: User) -> None:
    entry = guarded_entry("台灯怎么安装")
    for number in range(ROUNDS):
        all_at_once(
            lambda text=f"装台灯第{number}步": add_phrasing(entry.pk, text, by=manager),
            lambda: archive_entries([entry], by=manager) and publish_entries([entry], by=manager),
        )
    assert len(Entry.objects.get(pk=entry.pk).phrasings) == 1 + ROUNDS


def test_mined_wordings_join_an_entry_while_a_phrasing_is_added(manager: User) -> None:
    entry = guarded_entry("台灯的灯泡怎么换")
    for number in range(ROUNDS):
        mined = make_mined(f"灯泡换法{number}", phrasings=f"换灯泡的办法{number}")
        all_at_once(
            lambda one=mined: merge_into_entry(one, entry, by=manager),
            lambda text=f"灯泡坏了第{number}回": add_phrasing(entry.pk, text, by=manager),
        )
    assert len(Entry.objects.get(pk=entry.pk).phrasings) == 1 + 3 * ROUNDS


def test_of_two_drafts_merged_into_each_other_one_stays(manager: User) -> None:
    for number in range(ROUNDS):
        one, other = (make_entry(f"{text}{number}", "看说明书。", status="draft") for text in ("怎么充电", "如何充电"))

        def merge(target: Entry, source: Entry) -> None:
            with suppress(StaleEntry):  # the slower one reads what the faster one has stored
                merge_phrasings(target, source.phrasings, source=source, by=manager)

        all_at_once(
            partial(merge, *Entry.objects.in_bulk([one.pk, other.pk]).values()),
            partial(merge, *reversed(Entry.objects.in_bulk([one.pk, other.pk]).values())),
        )
        assert Entry.objects.filter(pk__in=[one.pk, other.pk], status="archived").count() == 1


def test_two_reviewers_merge_different_questions_in_one_moment(manager: User) -> None:
    for number in range(ROUNDS):
        pairs = [
            (make_mined(f"{text}{number}"), make_mined(f"{text}呢{number}")) for text in ("换灯泡", "发票", "运费")
        ]
        all_at_once(*(partial(merge_into_question, one, other, by=manager) for one, other in pairs))
    assert set(MinedQuestion.objects.pending().values_list("count", flat=True)) == {6}


def test_of_two_questions_merged_into_each_other_one_stays(manager: User) -> None:
    one, other = make_mined("灯泡怎么换"), make_mined("如何换灯泡")

    def merge(source: MinedQuestion, target: MinedQuestion) -> None:
        with suppress(AlreadyDecided, ValidationError):
            merge_into_question(source, target, by=manager)

    all_at_once(partial(merge, one, other), partial(merge, other, one))
    assert [row.count for row in MinedQuestion.objects.pending()] == [6]


def test_a_question_is_published_while_a_colleague_merges_it(manager: User) -> None:
    entry = guarded_entry("台灯的灯泡怎么换")
    for number in range(ROUNDS):
        mined = make_mined(f"灯泡换法{number}")

        def publish(one: MinedQuestion) -> None:
            with suppress(AlreadyDecided):
                accept_question(one, question=one.question, answer=one.answer, by=manager, publish=True)

        def merge(one: MinedQuestion) -> None:
            with suppress(AlreadyDecided):
                merge_into_entry(one, entry, by=manager)

        all_at_once(partial(publish, mined), partial(merge, MinedQuestion.objects.get(pk=mined.pk)))
    assert MinedQuestion.objects.pending().count() == 0
