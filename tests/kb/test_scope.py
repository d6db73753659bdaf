"""An entry is used for whom and while it applies, whatever the age of the index that holds it."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.answering import answer_entry, answer_from
from kb.index import KnowledgeIndex
from kb.models import Entry, Product
from kb.prepared import IndexedEntry
from kb.recommending import recommend_from
from kb.scope import Applicability, Scope
from kb.search import IndexHolder, build_index
from kb.services import find_same_question, save_entry
from kb.vectors import VectorTable
from kb.version import current_version
from tests.factories import make_entry

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PROMOTION = Applicability(valid_until=NOON)
DOUYIN = Scope(channel="douyin-shop", channel_kind="douyin")


def one(number: int, *phrasings: str, applies: Applicability, answer: str = "") -> IndexedEntry:
    return IndexedEntry(number, phrasings, answer or f"答案{number}", applies=applies)


def index_of(*entries: IndexedEntry) -> KnowledgeIndex:
    return KnowledgeIndex(entries, VectorTable.empty())


@pytest.mark.parametrize(("late", "band"), [(-SECOND, "answer"), (0 * SECOND, "unknown"), (SECOND, "unknown")])
def test_an_entry_valid_until_noon_is_not_used_from_noon_on(late: timedelta, band: str, words_only: None) -> None:
    index = index_of(one(1, "双十一满减怎么算", applies=PROMOTION))
    assert answer_from(index, "双十一满减怎么算", now=NOON + late).band == band


@pytest.mark.django_db
def test_two_processes_that_read_it_before_noon_stop_in_the_same_second(words_only: None) -> None:
    entry = make_entry("双十一满减怎么算", valid_until=NOON)
    for holder in (IndexHolder(current_version, build_index), IndexHolder(current_version, build_index)):
        index = holder.get()
        assert answer_from(index, "双十一满减怎么算", now=NOON - SECOND).entry_id == entry.pk
        assert holder.get() is index
        assert answer_from(index, "双十一满减怎么算", now=NOON + SECOND).missed


@pytest.mark.django_db
def test_an_offered_question_that_expired_meanwhile_is_not_answered(words_only: None) -> None:
    entry = make_entry("双十一满减怎么算", valid_until=NOON)
    assert answer_entry(entry.pk, now=NOON - SECOND) is not None
    assert answer_entry(entry.pk, now=NOON + SECOND) is None


def test_an_entry_is_not_used_before_it_begins(words_only: None) -> None:
    index = index_of(one(1, "双十二活动", applies=Applicability(valid_from=NOON)))
    assert answer_from(index, "双十二活动", now=NOON - SECOND).missed
    assert answer_from(index, "双十二活动", now=NOON).entry_id == 1


def test_expired_entries_take_no_place_among_the_best(words_only: None) -> None:
    old = [one(n, f"退货运费谁出{n}", applies=PROMOTION) for n in range(2, 500)]
    index = index_of(*old, one(1, "退货的运费由谁来出呢", applies=Applicability()))
    hits = index.search("退货运费谁出", 5, fitting=index.fitting(now=NOON))
    assert [hit.entry.id for hit in hits] == [1]


def test_agents_are_not_recommended_what_has_expired(words_only: None) -> None:
    index = index_of(one(1, "双十一满减怎么算", applies=PROMOTION))
    assert [found.entry_id for found in recommend_from(index, "双十一满减怎么算", now=NOON - SECOND)] == [1]
    assert recommend_from(index, "双十一满减怎么算", now=NOON) == []


def test_an_expired_related_question_is_not_offered(words_only: None) -> None:
    main = IndexedEntry(1, ("怎么退货",), "申请即可", related=("双十一满减怎么算",))
    index = index_of(main, one(2, "双十一满减怎么算", applies=PROMOTION))
    assert [option.entry_id for option in answer_from(index, "怎么退货", now=NOON - SECOND).options] == [2]
    assert answer_from(index, "怎么退货", now=NOON).options == ()


@pytest.mark.parametrize("channel", ["douyin-shop", "douyin"])
def test_a_channel_is_meant_by_key_or_by_kind(channel: str, words_only: None) -> None:
    index = index_of(one(1, "能开发票吗", applies=Applicability(channels=frozenset({channel}))))
    assert answer_from(index, "能开发票吗", DOUYIN).entry_id == 1
    assert answer_from(index, "能开发票吗", Scope(channel="web")).missed
    assert answer_from(index, "能开发票吗").missed


def test_the_narrower_of_two_answers_to_one_question_wins(words_only: None) -> None:
    general = one(1, "运费谁出", "运费多少", applies=Applicability())
    special = one(2, "运费谁出", applies=Applicability(channels=frozenset({"douyin"})))
    index = index_of(general, special)
    assert answer_from(index, "运费谁出", DOUYIN).entry_id == 2
    assert answer_from(index, "运费谁出", Scope(channel="web")).entry_id == 1


def test_a_promotion_stands_in_for_the_usual_answer_while_it_lasts(words_only: None) -> None:
    index = index_of(one(1, "多久发货", applies=Applicability()), one(2, "多久发货", applies=PROMOTION))
    assert answer_from(index, "多久发货呢", now=NOON - SECOND).entry_id == 2
    assert answer_from(index, "多久发货呢", now=NOON).entry_id == 1


def test_product_and_stage_have_to_fit(words_only: None) -> None:
    applies = Applicability(products=frozenset({7}), stages=frozenset({"after_sale"}))
    index = index_of(one(1, "能退吗", applies=applies))
    assert answer_from(index, "能退吗", Scope(products=frozenset({7}), stage="after_sale")).entry_id == 1
    assert answer_from(index, "能退吗", Scope(products=frozenset({7}), stage="pre_sale")).missed
    assert answer_from(index, "能退吗", Scope(products=frozenset({8}), stage="after_sale")).missed


@pytest.mark.django_db
def test_one_question_may_have_an_answer_per_product(words_only: None) -> None:
    scarf = Product.objects.create(sku="S-1", name="围巾")
    general = make_entry("怎么洗", "机洗。")
    special = save_entry(
        Entry(question="怎么洗", answer="手洗。", status=Entry.Status.PUBLISHED), by=None, products=[scarf]
    )
    applies = special.applies_to([scarf.pk])
    assert (find_same_question("怎么洗"), find_same_question("怎么洗", applies=applies)) == (general, special)
    index = build_index("", VectorTable.empty())
    assert answer_from(index, "怎么洗", Scope(products=frozenset({scarf.pk}))).text == "手洗。"
