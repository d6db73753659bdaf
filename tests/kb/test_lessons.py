"""Customers teach by clicking: a phrasing that a manager accepts, a counter-example that keeps an entry silent."""

import pytest

from cs_platform.models import User
from kb.jobs import encode_published
from kb.models import Entry, Lesson
from kb.search import current_index, search
from kb.services.lessons import accept_lessons, dismiss_lessons, learn
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(encoder: FakeEncoder) -> Entry:
    encoder.meanings = {"怎么退货": "return", "东西不要了": "return"}
    return make_entry("怎么退货", "在订单页申请。")


def refuse(entry: Entry, *conversations: int) -> None:
    for number in conversations:
        learn("东西不要了", entry_ids=[entry.pk], kind="against", conversation_id=number)


def test_a_choice_is_a_phrasing_that_waits_for_a_manager(entry: Entry) -> None:
    assert learn("您好，东西不要了？", entry_ids=[entry.pk], kind="phrasing", conversation_id=1) == 1
    lesson = Lesson.objects.waiting().get()
    assert (lesson.question, lesson.count, lesson.entry) == ("东西不要了", 1, entry)


def test_one_conversation_counts_once_and_many_count_each(entry: Entry) -> None:
    assert [learn("东西不要了", entry_ids=[entry.pk], kind="phrasing", conversation_id=n) for n in (1, 1, 2)] == [
        1,
        0,
        1,
    ]
    assert Lesson.objects.get().count == 2


def test_what_the_entry_says_already_teaches_nothing(entry: Entry) -> None:
    assert learn("怎么退货？", entry_ids=[entry.pk], kind="phrasing", conversation_id=1) == 0


def test_personal_data_is_masked(entry: Entry) -> None:
    learn("我是13812345678东西不要了", entry_ids=[entry.pk], kind="phrasing", conversation_id=1)
    assert "13812345678" not in Lesson.objects.get().question


def test_a_manager_accepts_and_the_question_is_answered_to_the_letter(entry: Entry, manager: User) -> None:
    learn("东西不要了", entry_ids=[entry.pk], kind="phrasing", conversation_id=1)
    assert accept_lessons(Lesson.objects.all(), by=manager) == 1
    assert current_index().exact("东西不要了")[0].id == entry.pk
    assert not Lesson.objects.waiting().exists()


def test_a_counter_example_counts_once_two_customers_agree(entry: Entry) -> None:
    encode_published()
    refuse(entry, 1)
    before = search("东西不要了")[0]
    refuse(entry, 2)
    encode_published()
    after = search("东西不要了")[0]
    assert (before.is_refused, after.is_refused) == (False, True)
    assert after.score < before.score - 0.05


def test_other_questions_still_find_the_entry(entry: Entry) -> None:
    refuse(entry, 1, 2)
    encode_published()
    assert not search("怎么退货")[0].is_refused


def test_a_dismissed_counter_example_counts_for_nothing_however_often_it_comes(entry: Entry, manager: User) -> None:
    refuse(entry, 1, 2)
    assert dismiss_lessons(Lesson.objects.all(), by=manager) == 1
    refuse(entry, 3)
    assert current_index().entries[0].refused == ()
