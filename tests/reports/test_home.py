"""The figures of the home page, against rows that a hand can count."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conversations.models import Conversation, Message
from cs_platform.models import Heartbeat, User
from kb.models import Entry
from reports import home
from routing.models import Agent, Channel
from tests.factories import make_conversation, make_entry, write

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def decide(conversation: Conversation, decision: str, seq: int, *, answers: int, ago: timedelta = timedelta()) -> None:
    at = timezone.now() - ago
    fields = {"sender": Message.Sender.AI, "text": "…", "created_at": at, "decision": {"decision": decision}}
    Message.objects.create(conversation=conversation, seq=seq, answers_seq=answers, **fields)


def wait(minutes: int) -> Conversation:
    since = NOW - timedelta(minutes=minutes)
    return make_conversation(owner=Conversation.Owner.QUEUE, queued_at=since)


def test_now_counts_by_owner_and_keeps_the_longest_wait(agent: User) -> None:
    wait(2)
    wait(7)
    make_conversation()
    make_conversation(owner=Conversation.Owner.AGENT, agent=agent)
    make_conversation(owner=Conversation.Owner.NONE, status=Conversation.Status.CLOSED)
    assert home.figures_now(NOW) == home.Now(2, timedelta(minutes=7), with_people=1, with_ai=1)


def test_nobody_waits() -> None:
    assert home.figures_now(NOW) == home.Now(0, None, 0, 0)


def test_today_counts_turns_once_and_shares_add_up(conversation: Conversation) -> None:
    write(conversation, "one", "two")
    for seq, decision in enumerate(["answer", "clarify", "unknown", "handoff", "answer"], 10):
        decide(conversation, decision, seq, answers=seq)
    today = home.figures_today(NOW - timedelta(hours=1))
    assert (today.conversations, today.messages) == (1, 2)
    assert (today.answered, today.clarified, today.unknown, today.handed_over, today.decided) == (2, 1, 1, 1, 5)


def test_yesterday_is_not_today(conversation: Conversation) -> None:
    write(conversation, "now")
    decide(conversation, "answer", 10, answers=1, ago=timedelta(days=1))
    assert home.figures_today(NOW - timedelta(hours=1)).answered == 0


def test_unknown_questions_are_the_customers_words_newest_first(conversation: Conversation) -> None:
    write(conversation, "收旧手机吗？", "有实体店吗", "收旧手机吗？")
    for number in (1, 2, 3):
        decide(conversation, "unknown", 10 + number, answers=number)
    found = home.unknown_questions(timezone.now())
    assert [(line.question, line.count) for line in found] == [("收旧手机吗？", 2), ("有实体店吗", 1)]


def test_answered_questions_are_not_unknown(conversation: Conversation) -> None:
    write(conversation, "q")
    decide(conversation, "answer", 10, answers=1)
    assert home.unknown_questions(timezone.now()) == []


def test_knowledge_counts_by_status() -> None:
    make_entry("a")
    make_entry("b", is_sample=True)
    make_entry("c", status=Entry.Status.DRAFT)
    found = home.figures_knowledge()
    assert (found.published, found.drafts, found.samples, found.own_published) == (2, 1, 1, 1)


def test_an_agent_whose_console_fell_silent_is_not_there(agent: User, agent2: User) -> None:
    now = timezone.now()
    Agent.objects.create(user=agent, presence=Agent.Presence.ONLINE, last_seen_at=now)
    Agent.objects.create(user=agent2, presence=Agent.Presence.ONLINE, last_seen_at=now - timedelta(minutes=5))
    assert [there.user for there in home.agents_there()] == [agent]


def test_an_old_heartbeat_is_no_life() -> None:
    Heartbeat.objects.create(name="ticker", at=NOW)
    Heartbeat.objects.create(name="worker", at=NOW - timedelta(minutes=5))
    found = home.health(NOW, started_at=NOW - timedelta(minutes=2))
    assert found == home.Health(ticker=True, worker=False) and found.has_stopped


def test_a_platform_that_has_just_started_raises_no_alarm() -> None:
    found = home.health(NOW, started_at=NOW - timedelta(seconds=59))
    assert found == home.Health(ticker=False, worker=False, is_starting=True) and not found.has_stopped


def test_a_new_shop_sees_its_first_steps(client: Client, manager: User, channel: Channel) -> None:
    client.force_login(manager)
    steps = client.get("/admin/").context["steps"]
    assert [step.is_done for step in steps] == [False, False, False, False]


def test_a_running_shop_sees_no_first_steps(client: Client, manager: User, agent: User, channel: Channel) -> None:
    Channel.objects.update(allowed_origins="https://shop.example")
    write(make_conversation(channel))
    make_entry()
    client.force_login(manager)
    assert client.get("/admin/").context["steps"] == []


def test_an_integrator_sees_no_conversations_there(client: Client, integrator: User, channel: Channel) -> None:
    client.force_login(integrator)
    page = client.get("/admin/")
    assert page.status_code == 200
    assert "now" not in page.context and "unknown" not in page.context and "knowledge" not in page.context


def test_the_page_needs_as_many_queries_for_a_full_shop(
    client: Client, manager: User, channel: Channel, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        conversation = make_conversation(channel)
        write(conversation, f"question {number}")
        decide(conversation, "unknown", 10, answers=1)
        make_entry(f"entry {number}")
    client.force_login(manager)
    with django_assert_max_num_queries(25):
        client.get("/admin/")
