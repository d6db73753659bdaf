"""Whether publishing an entry helped: conversations solved before and since, each once."""

from datetime import UTC, datetime, timedelta

import pytest

from conversations.models import Message
from kb.gap_effects import effects_of
from kb.models import Entry, Gap
from kb.significance import Share
from reports.hours import hour_of
from tests.factories import make_conversation, make_entry
from tests.kb.gaps import miss
from tests.reports.histories import make_episode

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
PUBLISHED = NOW - timedelta(days=5)


def resolved(entry: Entry) -> Gap:
    gap = miss("灯泡能换吗", asked_at=PUBLISHED - timedelta(days=90))
    Gap.objects.filter(pk=gap.pk).update(entry=entry, status="resolved", resolved_at=PUBLISHED)
    gap.refresh_from_db()
    return gap


def chat(at: datetime, *, solved: bool) -> int:
    """A closed conversation of that time, and its number."""
    conversation = make_conversation()
    times = {"opened_at": at, "ended_at": at, "closed_at": at, "hour": hour_of(at), "first_customer_at": at}
    make_episode(conversation=conversation, last_decision="answer" if solved else "unknown", ai_answers=1, **times)
    return conversation.pk


def answer_with(entry: Entry, conversation_id: int, at: datetime) -> None:
    message = Message.objects.create(conversation_id=conversation_id, seq=1, sender="ai", text="可以换", entry=entry)
    Message.objects.filter(pk=message.pk).update(created_at=at)


def test_vain_questions_before_answers_and_vain_questions_since() -> None:
    gap = resolved(entry := make_entry("灯泡能换吗"))
    for solved in (True, False, False):
        at = PUBLISHED - timedelta(days=2)
        miss("灯泡能换吗", asked_at=at, conversation_id=chat(at, solved=solved))
    since = PUBLISHED + timedelta(days=2)
    for solved in (True, True, True):
        answer_with(entry, chat(since, solved=solved), since)
    miss("灯泡能换吗", asked_at=since, conversation_id=chat(since, solved=False))
    effect = effects_of([gap], NOW)[gap.pk]
    assert (effect.days, effect.before, effect.since) == (6, Share(1, 3), Share(3, 4))


def test_what_was_asked_long_before_does_not_count() -> None:
    gap = resolved(make_entry("灯泡能换吗"))
    at = PUBLISHED - timedelta(days=7)
    miss("灯泡能换吗", asked_at=at, conversation_id=chat(at, solved=False))
    assert effects_of([gap], NOW)[gap.pk].before == Share(0, 0)


def test_asked_twice_in_one_conversation_counts_once() -> None:
    gap = resolved(make_entry("灯泡能换吗"))
    at = PUBLISHED - timedelta(days=1)
    number = chat(at, solved=False)
    for minutes in (0, 3):
        miss("灯泡能换吗", asked_at=at + timedelta(minutes=minutes), conversation_id=number)
    assert effects_of([gap], NOW)[gap.pk].before == Share(0, 1)


def test_a_group_that_is_not_resolved_claims_nothing() -> None:
    assert effects_of([miss("灯泡能换吗")], NOW) == {}
