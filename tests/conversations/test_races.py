"""Whatever the order of AI, agents and customers: no talk over a person, no answer twice, no message lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from conversations.models import Conversation, Message
from conversations.services.handover import AlreadyClaimed, take_over
from cs_platform.models import User
from reports.benchmarks.race_judge import Act, Judge, Said
from reports.benchmarks.races import make_shop, race_in_steps, race_in_threads, races_at_once
from tests import factories


@pytest.fixture(autouse=True)
def hurry() -> Iterator[None]:
    with races_at_once():
        yield


def ignore(progress: str) -> None:
    """Nobody reads the progress of a test."""


@pytest.mark.django_db
def test_no_order_of_steps_breaks_a_conversation() -> None:
    channel, agents = make_shop(2)

    tally = race_in_steps(channel, agents, 200, 20261123, ignore)

    assert tally.conversations == 200
    assert tally.found == {}


@pytest.mark.django_db(transaction=True)
def test_threads_side_by_side_break_no_conversation() -> None:
    channel, agents = make_shop(8)

    tally = race_in_threads(channel, agents, 12, 8, 20261123, ignore)

    assert tally.conversations == 12
    assert tally.found == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_agents_who_claim_at_once_one_wins_and_the_other_is_told() -> None:
    conversation = factories.make_conversation(owner=Conversation.Owner.QUEUE)
    agents = [factories.make_user("mei", display_name="Mei"), factories.make_user("jun", display_name="Jun")]
    together = threading.Barrier(2)

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(lambda agent: claim(conversation, agent, together), agents))

    conversation.refresh_from_db()
    assert conversation.agent in agents
    assert told == [f"{conversation.agent.display_name} has it", f"{conversation.agent.display_name} won"]
    assert Message.objects.filter(conversation=conversation).count() == 1


def claim(conversation: Conversation, agent: User, together: threading.Barrier) -> str:
    together.wait(timeout=10)
    try:
        take_over(conversation.pk, agent)
        return f"{agent.display_name} won"
    except AlreadyClaimed as error:
        return f"{error.by} has it"
    finally:
        connection.close()


def judge(*messages: Said, acts: dict[int, Act]) -> dict[str, int]:
    one = Judge()
    one.read(messages, {1: Act("greeting"), **acts})
    return dict(one.found)


GREETING = Said(1, "ai")
QUESTION = Said(2, "customer", client_id="a")


def test_the_judge_sees_an_answer_after_a_takeover() -> None:
    claimed, answer = Said(3, "system"), Said(4, "ai", answers_seq=2)
    acts = {2: Act("customer"), 3: Act("claim", by=7), 4: Act("answer")}
    assert judge(GREETING, QUESTION, claimed, answer, acts=acts) == {"talk_over": 1}


def test_the_judge_sees_a_second_answer() -> None:
    acts = {2: Act("customer"), 3: Act("answer"), 4: Act("answer")}
    one, two = Said(3, "ai", answers_seq=2), Said(4, "ai", answers_seq=2)
    assert judge(GREETING, QUESTION, one, two, acts=acts) == {"double_reply": 1}


def test_the_judge_sees_two_winners_of_one_claim() -> None:
    acts = {2: Act("customer"), 3: Act("claim", by=7), 4: Act("claim", by=8)}
    assert judge(GREETING, QUESTION, Said(3, "system"), Said(4, "system"), acts=acts) == {"double_claim": 1}


def test_the_judge_sees_a_gap_and_a_message_stored_twice() -> None:
    acts = {2: Act("customer"), 4: Act("customer")}
    assert judge(GREETING, QUESTION, Said(4, "customer", client_id="a"), acts=acts) == {"gap": 1, "doubled": 1}


def test_the_judge_sees_somebody_assigned_to_a_chat_that_does_not_wait() -> None:
    acts = {2: Act("customer"), 3: Act("assign", to=7)}
    assert judge(GREETING, QUESTION, Said(3, "system"), acts=acts) == {"double_claim": 1}


def test_the_judge_sees_a_chat_that_ended_while_the_customer_waited() -> None:
    acts = {2: Act("customer"), 3: Act("idle")}
    assert judge(GREETING, QUESTION, Said(3, "system"), acts=acts) == {"cut_off": 1}
