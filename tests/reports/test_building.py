"""Facts and sums follow what was said, however often and by whomever they are brought up to date."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from conversations.models import Conversation, Rating
from conversations.services.feedback import rate_service
from cs_platform.models import User
from kb.models import Category
from reports.building import build_episodes, rebuild, recount_overdue, sweep_episodes
from reports.models import Episode, HourTally, Participation, TopicTally, Watermark
from tests.factories import make_customer, make_entry, write
from tests.reports.histories import ai, at, moment, store, system

pytestmark = pytest.mark.django_db

QUESTION = at(0, "customer", "怎么退货")
CLOSED = (QUESTION, ai(1), system(60, "close"))


def test_a_conversation_becomes_its_episodes() -> None:
    conversation = store(*CLOSED, at(3660, "customer", "b"), customer=make_customer(level="vip"))
    assert build_episodes([conversation.pk]) == 2
    first, second = Episode.objects.order_by("start_seq")
    assert (first.customer_id, first.channel_id, first.level) == (
        conversation.customer_id,
        conversation.channel_id,
        "vip",
    )
    assert (first.closed_at, first.back_after_seconds) == (moment(60), 3600)
    assert (second.start_seq, second.waiting_since, second.hour - first.hour) == (3, moment(3660), 1)


def test_building_again_changes_nothing() -> None:
    conversation = store(*CLOSED)
    build_episodes([conversation.pk])
    before = list(Episode.objects.values()), list(HourTally.objects.values_list("hour", "engaged"))
    build_episodes([conversation.pk])
    assert (list(Episode.objects.values()), list(HourTally.objects.values_list("hour", "engaged"))) == before


def test_reading_on_tells_the_closed_episode_that_the_customer_came_back() -> None:
    conversation = store(*CLOSED)
    build_episodes([conversation.pk])
    store(at(3660, "customer", "b"), conversation=conversation)
    build_episodes([conversation.pk])
    build_episodes([conversation.pk])
    assert list(Episode.objects.order_by("start_seq").values_list("back_after_seconds", flat=True)) == [3600, None]


def test_the_category_is_that_of_the_first_answer() -> None:
    topic = Category.objects.create(name="退货")
    entry = make_entry(category=topic)
    conversation = store(QUESTION, ai(1, entry_id=entry.pk))
    build_episodes([conversation.pk])
    assert Episode.objects.get().category == topic


def test_each_person_has_a_row(agent: User, agent2: User) -> None:
    taken = (system(5, "takeover", author_id=agent.pk), at(9, "agent", author_id=agent.pk))
    moved = (system(10, "transfer", author_id=agent.pk, agent_id=agent2.pk), at(15, "agent", author_id=agent2.pk))
    conversation = store(QUESTION, *taken, *moved)
    for _ in range(2):
        build_episodes([conversation.pk])
    rows = Participation.objects.order_by("pk").values_list("agent_id", "replies", "is_last")
    assert list(rows) == [(agent.pk, 1, False), (agent2.pk, 1, True)]


def test_sums_stand_for_the_hour_and_the_day() -> None:
    conversation = store(QUESTION, ai(2), system(60, "close"))
    build_episodes([conversation.pk])
    hour, topic = HourTally.objects.get(), TopicTally.objects.get()
    assert (hour.engaged, hour.resolved, hour.ai_turns, hour.ai_wait_ms) == (1, 1, 1, 2000)
    assert (topic.engaged, topic.category_id, topic.day.isoformat()) == (1, None, "2026-11-02")


def test_an_opened_chat_moves_to_the_hour_of_the_first_question() -> None:
    conversation = store(at(0, "ai", "你好"))
    build_episodes([conversation.pk])
    store(at(7200, "customer", "怎么退货"), conversation=conversation)
    build_episodes([conversation.pk])
    assert list(HourTally.objects.values_list("conversations", "engaged")) == [(1, 1)]


def test_a_rating_reaches_its_episode_also_when_another_has_begun() -> None:
    conversation = store(*CLOSED, at(3660, "customer", "b"))
    build_episodes([conversation.pk])
    Rating.objects.create(conversation=conversation, episode_seq=0, score=2)
    build_episodes([conversation.pk])
    assert list(Episode.objects.order_by("start_seq").values_list("rating", flat=True)) == [2, None]
    assert sum(HourTally.objects.values_list("negative", flat=True)) == 1


@pytest.mark.usefixtures("deliver")
def test_a_rating_is_heard_of(deliver: object) -> None:
    conversation = store(*CLOSED)
    build_episodes([conversation.pk])
    rate_service(conversation.pk, score=5, comment="")
    deliver()  # type: ignore[operator]
    assert Episode.objects.get().rating == 5


def test_the_sweep_finds_what_changed_and_only_that(conversation: Conversation) -> None:
    write(conversation, "怎么退货")
    Watermark.objects.create(name="episodes", at=timezone.now())
    assert sweep_episodes() == 1
    assert sweep_episodes() == 0
    write(conversation, "在吗")
    assert sweep_episodes() == 1
    assert Episode.objects.get().customer_messages == 2


def test_the_first_sweep_builds_the_whole_history() -> None:
    store(*CLOSED)
    assert sweep_episodes() == 1
    assert HourTally.objects.get().resolved == 1


def test_rebuilding_mends_whatever_stands_there() -> None:
    conversation = store(*CLOSED)
    build_episodes([conversation.pk])
    Episode.objects.update(customer_messages=99, start_seq=1)
    HourTally.objects.update(hour=1, engaged=99)
    assert rebuild() == 1
    assert Episode.objects.values_list("start_seq", "customer_messages").get() == (0, 1)
    assert list(HourTally.objects.values_list("engaged", flat=True)) == [1]


def test_silence_alone_is_counted_when_its_day_has_passed() -> None:
    conversation = store(QUESTION, ai(1))
    build_episodes([conversation.pk])
    HourTally.objects.update(still_open=1, resolved=0)
    day = timedelta(days=1)
    assert recount_overdue(moment(0), moment(0) + day) == 0
    assert recount_overdue(moment(0), moment(2) + day) == 1
    assert HourTally.objects.values_list("still_open", "resolved").get() == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_count_each_episode_once() -> None:
    conversations = [store(*CLOSED).pk for _ in range(6)]
    together = threading.Barrier(3)

    def work(_: int) -> None:
        together.wait(timeout=10)
        build_episodes(conversations)
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert Episode.objects.count() == 6
    assert sum(HourTally.objects.values_list("engaged", flat=True)) == 6


def test_facts_that_were_overtaken_are_dropped(conversation: Conversation) -> None:
    store(*CLOSED, conversation=conversation)
    build_episodes([conversation.pk])
    Episode.objects.update(last_seq=9, customer_messages=5)
    build_episodes([conversation.pk])
    assert Episode.objects.get().customer_messages == 5
