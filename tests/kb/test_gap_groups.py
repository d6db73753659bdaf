"""Questions that mean the same become one group, once, whoever works on it."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from cs_platform.events import on
from cs_platform.models import User
from kb.events import GapFound
from kb.models import Category, Gap
from kb.services import publish_entries
from kb.services.gap_groups import group_gaps, merge_gaps
from kb.services.gaps import add_to_entry, draft_entry, ignore_gaps
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder
from tests.kb.gaps import miss, texts_of

pytestmark = pytest.mark.django_db

told: list[GapFound] = []


def remember(event: GapFound) -> None:
    told.append(event)


@pytest.fixture
def bulbs(encoder: FakeEncoder) -> FakeEncoder:
    for text in ("灯泡能换吗", "灯坏了可以换灯泡不", "怎么更换灯泡"):
        encoder.meanings[text] = "bulb"
    return encoder


def test_the_same_meaning_joins_the_older_group(bulbs: FakeEncoder) -> None:
    older, newer = miss("灯泡能换吗"), miss("灯坏了可以换灯泡不")
    other = miss("台灯有几档亮度")
    assert group_gaps() == 3
    assert set(Gap.objects.all()) == {older, other}
    assert texts_of(older) == {"灯泡能换吗", "灯坏了可以换灯泡不"}
    older.refresh_from_db()
    assert (older.count, older.weight, older.is_settled, older.last_asked_at) == (2, 2, True, newer.last_asked_at)


def test_a_second_run_changes_nothing(bulbs: FakeEncoder) -> None:
    miss("灯泡能换吗"), miss("怎么更换灯泡")
    group_gaps()
    before = list(Gap.objects.values())
    assert group_gaps() == 0
    assert list(Gap.objects.values()) == before


def test_without_an_encoder_only_equal_wordings_are_one(words_only: None) -> None:
    miss("灯泡能换吗"), miss("怎么更换灯泡"), miss("灯泡能换吗！")
    group_gaps()
    assert sorted(Gap.objects.values_list("question", "count")) == [("怎么更换灯泡", 1), ("灯泡能换吗", 2)]


def test_joining_a_resolved_group_opens_it(bulbs: FakeEncoder, manager: User) -> None:
    gap = miss("灯泡能换吗", answer="可以自己换。")
    group_gaps()
    publish_entries([draft_entry(gap, by=manager)], by=manager)
    miss("怎么更换灯泡")
    group_gaps()
    gap.refresh_from_db()
    assert (gap.status, gap.count) == ("open", 2)


def test_an_open_group_takes_the_entry_of_the_one_that_joins_it(words_only: None, manager: User) -> None:
    older, newer = miss("怎么更换灯泡"), miss("台灯有保修吗")
    entry = make_entry("台灯保修多久", "一年。")
    add_to_entry(newer, entry, by=manager)
    merged = merge_gaps([older, newer])
    merged.refresh_from_db()
    assert (merged.status, merged.entry, merged.resolved_at is not None) == ("resolved", entry, True)


def test_joining_an_ignored_group_leaves_it_ignored(bulbs: FakeEncoder) -> None:
    gap = miss("灯泡能换吗")
    group_gaps()
    ignore_gaps([gap])
    miss("怎么更换灯泡")
    group_gaps()
    assert Gap.objects.get().status == "ignored"


def test_the_group_is_named_by_its_most_frequent_wording(bulbs: FakeEncoder) -> None:
    miss("灯泡能换吗"), miss("怎么更换灯泡"), miss("怎么更换灯泡")
    group_gaps()
    assert Gap.objects.get().question == "怎么更换灯泡"


def test_of_wordings_as_frequent_the_first_names_the_group(words_only: None) -> None:
    gaps = [miss(text) for text in ("灯坏了", "怎么更换灯泡", "怎么更换灯泡", "灯泡能换吗", "灯泡能换吗")]
    merge_gaps(gaps)
    group = Gap.objects.get()
    assert (group.question, group.count, group.weight) == ("怎么更换灯泡", 5, 5)


def test_the_topic_is_that_of_the_nearest_entry(words_only: None) -> None:
    topic = Category.objects.create(name="使用方法")
    make_entry("台灯的灯泡能换吗", category=topic)
    gap = miss("台灯的灯泡怎么换")
    group_gaps()
    gap.refresh_from_db()
    assert gap.category == topic


def test_a_new_group_is_told_once(bulbs: FakeEncoder, deliver: Callable[[], None]) -> None:
    on(GapFound, remember)
    told.clear()
    gap = miss("灯泡能换吗", source="handoff")
    miss("怎么更换灯泡")
    group_gaps(), group_gaps()
    deliver()
    assert told == [GapFound(gap.pk, "灯泡能换吗", "handoff")]


def test_a_manager_joins_groups(words_only: None) -> None:
    older, newer = miss("灯泡能换吗"), miss("怎么更换灯泡")
    assert merge_gaps([newer, older]) == older
    assert Gap.objects.get().count == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_group(bulbs: FakeEncoder) -> None:
    for text in ("灯泡能换吗", "灯坏了可以换灯泡不", "怎么更换灯泡", "台灯有几档亮度"):
        miss(text)
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        group_gaps()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    group_gaps()
    assert sorted(Gap.objects.values_list("count", "is_settled")) == [(1, True), (3, True)]


@pytest.mark.django_db(transaction=True)
def test_the_same_signal_told_twice_at_once_counts_once(words_only: None) -> None:
    together = threading.Barrier(3)

    def tell() -> None:
        together.wait()
        miss("灯泡能换吗", reference="conversation:1:2")
        connection.close()

    threads = [threading.Thread(target=tell) for _ in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    group_gaps()
    assert Gap.objects.get().count == 1
