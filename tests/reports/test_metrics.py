"""The definitions of the figures: each on the smallest history that it is about, and that outcomes add up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from reports.figures import FIGURES, RATES
from reports.metrics import OUTCOMES, ai_cohort
from reports.models import Episode
from routing.models import Channel
from tests.factories import make_conversation
from tests.reports.histories import make_episode, moment

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = moment(0) + 30 * DAY
PERSON = {"handoff_at": moment(2), "handoff_reason": "customer_request"}


def counted(**fields: Any) -> set[str]:
    """The keys of all figures that count such an episode a month later."""
    return counted_at(LATER, **fields)


def counted_at(now: Any, **fields: Any) -> set[str]:
    row = make_episode(**fields)
    return {key for key, figure in FIGURES.items() if Episode.objects.filter(figure.rows(now), pk=row.pk).exists()}


ANSWERED = {"conversations", "engaged", "ai_cohort"}


@pytest.mark.parametrize(
    ("fields", "also"),
    [
        ({}, {"resolved", "durable"}),
        ({"confirmed_at": moment(5)}, {"resolved", "durable", "confirmed"}),
        ({"rating": 5}, {"resolved", "durable", "confirmed", "rated", "positive"}),
        ({"rating": 3}, {"resolved", "durable", "rated"}),
        ({"rating": 2}, {"unresolved", "rated", "negative"}),
        ({"last_decision": "unknown"}, {"unresolved"}),
        ({"last_decision": "clarify"}, {"unresolved"}),
        ({"last_decision": ""}, {"unresolved"}),
        ({"waiting_since": moment(3)}, {"unresolved"}),
        ({"waiting_since": moment(3), "confirmed_at": moment(3)}, {"resolved", "durable", "confirmed"}),
        ({"back_after_seconds": 72 * 3600}, {"unresolved"}),
        ({"back_after_seconds": 72 * 3600 + 1}, {"resolved"}),
        ({"back_after_seconds": 7 * 86400 + 1}, {"resolved", "durable"}),
        (PERSON, {"called", "asked_for_person", "abandoned"}),
        (PERSON | {"joined_at": moment(3)}, {"called", "asked_for_person", "handed_over"}),
        (PERSON | {"ticket_at": moment(3)}, {"called", "asked_for_person", "handed_over"}),
        ({"joined_at": moment(3), "handoff_reason": "agent_takeover"}, {"called", "handed_over"}),
        ({"lead_at": moment(3)}, {"resolved", "durable", "leads"}),
        ({"order_count": 1}, {"resolved", "durable", "ordered"}),
    ],
)
def test_a_closed_episode_of_the_ai(fields: dict[str, Any], also: set[str]) -> None:
    assert counted(**fields) == ANSWERED | also


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({"customer_messages": 0, "first_ai_at": None}, {"conversations"}),
        (
            {"customer_messages": 0, "first_ai_at": None, "origin": "proactive"},
            {"conversations", "proactive_only"},
        ),
        ({"first_ai_at": None, "last_decision": ""}, {"conversations", "engaged"}),
        (
            {"first_ai_at": None, "handoff_at": moment(1), "handoff_reason": "ai_disabled", "joined_at": moment(2)},
            {"conversations", "engaged"},
        ),
    ],
)
def test_an_episode_without_the_ai(fields: dict[str, Any], keys: set[str]) -> None:
    assert counted(**fields) == keys


def test_an_unclosed_episode_is_open_until_a_day_of_silence_has_passed() -> None:
    assert "still_open" in counted_at(moment(1) + DAY - timedelta(seconds=1), closed_at=None)
    assert "resolved" in counted_at(moment(1) + DAY, closed_at=None)


def test_a_customer_in_the_queue_is_open_until_a_day_of_silence_has_passed() -> None:
    assert "still_open" in counted_at(moment(1) + DAY / 2, closed_at=None, **PERSON)
    assert "abandoned" in counted_at(moment(1) + DAY, closed_at=None, **PERSON)


def test_a_solved_episode_is_durable_after_a_week() -> None:
    assert "durable" not in counted_at(moment(0) + 7 * DAY)
    assert "durable" in counted_at(moment(1) + 7 * DAY)


moments = some.none() | some.integers(0, 20 * 86400).map(moment)
facts = some.fixed_dictionaries(
    {
        "customer_messages": some.integers(0, 2),
        "first_ai_at": moments,
        "handoff_at": moments,
        "handoff_reason": some.sampled_from(["", "customer_request", "ai_disabled", "agent_takeover"]),
        "joined_at": moments,
        "ticket_at": moments,
        "confirmed_at": moments,
        "waiting_since": moments,
        "closed_at": moments,
        "ended_at": some.integers(0, 20 * 86400).map(moment),
        "back_after_seconds": some.none() | some.integers(0, 10 * 86400),
        "last_decision": some.sampled_from(["", "answer", "clarify", "unknown"]),
        "rating": some.none() | some.integers(1, 5),
        "order_count": some.integers(0, 1),
        "lead_at": moments,
    }
)


@pytest.fixture
def episodes_of(channel: Channel) -> Iterator[Any]:
    conversation = make_conversation(channel)
    owner = {"conversation": conversation, "customer_id": conversation.customer_id, "channel": channel}

    def replace(rows: list[dict[str, Any]]) -> None:
        Episode.objects.all().delete()
        Episode.objects.bulk_create(
            Episode(start_seq=n, opened_at=moment(0), **owner, **row) for n, row in enumerate(rows)
        )

    return replace


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=some.lists(facts, min_size=1, max_size=30), age=some.integers(0, 40 * 86400))
def test_whatever_happened_the_outcomes_add_up(episodes_of: Any, rows: list[dict[str, Any]], age: int) -> None:
    episodes_of(rows)
    now = moment(age)
    parts = [set(Episode.objects.filter(figure.rows(now)).values_list("pk", flat=True)) for figure in OUTCOMES]
    whole = set(Episode.objects.filter(ai_cohort.rows(now)).values_list("pk", flat=True))
    assert sum(map(len, parts)) == len(whole)
    assert set().union(*parts) == whole


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=some.lists(facts, min_size=1, max_size=30), age=some.integers(0, 40 * 86400))
def test_the_part_of_a_rate_is_never_outside_its_whole(episodes_of: Any, rows: list[dict[str, Any]], age: int) -> None:
    episodes_of(rows)
    now = moment(age)
    for rate in RATES.values():
        inside = Episode.objects.filter(rate.part.rows(now)).exclude(
            pk__in=Episode.objects.filter(rate.whole.rows(now))
        )
        assert not inside.exists(), rate.key


def test_every_figure_and_rate_is_defined_in_words() -> None:
    for one in (*FIGURES.values(), *RATES.values()):
        assert len(str(one.definition)) > 8, one.key
