"""Agents propose, managers publish or send back, and the work of each week is counted."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cs_platform.models import User
from kb.contributions import Count, week_start, weekly_contributions
from kb.models import Entry, Gap, Proposal
from kb.services import archive_entries, delete_entries, publish_entries, save_entry, unpublish_entries
from kb.services.proposals import propose_entry, return_entry, revise_proposal, submit_entry
from tests.factories import make_entry
from tests.kb.gaps import miss

pytestmark = pytest.mark.django_db


def propose(by: User, question: str = "灯泡能换吗", answer: str = "可以自己换。", **fields: object) -> Proposal:
    return propose_entry(question=question, answer=answer, by=by, **fields)  # type: ignore[arg-type]


def entry_of(proposal: Proposal) -> Entry:
    assert proposal.entry is not None
    proposal.entry.refresh_from_db()
    return proposal.entry


def test_a_proposal_waits_and_customers_see_nothing(agent: User) -> None:
    proposal = propose(agent, conversation_id=7, note="客户常问", variants=["灯泡怎么换", " "])
    entry = entry_of(proposal)
    assert (entry.status, entry.variants, entry.updated_by) == ("review", "灯泡怎么换", agent)
    assert (proposal.status, proposal.conversation_number, proposal.note) == ("waiting", 7, "客户常问")


def test_a_question_that_exists_is_refused(agent: User) -> None:
    make_entry("灯泡能换吗")
    with pytest.raises(ValidationError):
        propose(agent)
    assert not Proposal.objects.exists()


def test_a_proposal_needs_an_answer(agent: User) -> None:
    with pytest.raises(ValidationError):
        propose(agent, answer="  ")
    assert not Entry.objects.exists()


def test_a_proposal_takes_up_what_customers_asked_in_vain(agent: User, manager: User) -> None:
    gap = miss("灯泡能换吗？")
    proposal = propose(agent)
    gap.refresh_from_db()
    assert (gap.status, gap.entry) == ("drafted", proposal.entry)
    publish_entries([entry_of(proposal)], by=manager)
    assert Gap.objects.get().status == "resolved"


def test_publishing_approves(agent: User, manager: User) -> None:
    proposal = propose(agent)
    publish_entries([entry_of(proposal)], by=manager)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.reviewed_by, entry_of(proposal).status) == ("approved", manager, "published")


def test_a_manager_sends_it_back_and_its_author_revises_it(agent: User, manager: User) -> None:
    proposal = propose(agent)
    return_entry(entry_of(proposal), comment="请写上型号", by=manager)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.comment, entry_of(proposal).status) == ("returned", "请写上型号", "draft")
    revise_proposal(proposal, question="台灯灯泡能换吗", answer="可以换 E27。", by=agent)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.question, proposal.by) == ("waiting", "台灯灯泡能换吗", agent)
    assert entry_of(proposal).status == "review"


def test_sending_back_needs_a_comment_and_something_in_review(agent: User, manager: User) -> None:
    proposal = propose(agent)
    with pytest.raises(ValidationError):
        return_entry(entry_of(proposal), comment=" ", by=manager)
    publish_entries([entry_of(proposal)], by=manager)
    with pytest.raises(ValidationError):
        return_entry(entry_of(proposal), comment="太晚了", by=manager)
    assert entry_of(proposal).status == "published"


def test_nobody_revises_a_colleagues_proposal(agent: User, agent2: User, manager: User) -> None:
    proposal = propose(agent)
    return_entry(entry_of(proposal), comment="请写上型号", by=manager)
    proposal.refresh_from_db()
    with pytest.raises(ValidationError):
        revise_proposal(proposal, question="甲", answer="乙", by=agent2)
    assert entry_of(proposal).question == "灯泡能换吗"


def test_a_draft_goes_to_review_once(agent: User) -> None:
    entry = make_entry("灯泡能换吗", status="draft")
    assert submit_entry(entry, by=agent).by == agent
    with pytest.raises(ValidationError):
        submit_entry(entry, by=agent)


@pytest.mark.parametrize("change", [publish_entries, unpublish_entries, archive_entries])
def test_an_agent_changes_nothing_that_customers_see(agent: User, change: object) -> None:
    entry = make_entry(status="published" if change is not publish_entries else "draft")
    before = entry.status
    with pytest.raises(PermissionDenied):
        change([entry], by=agent)  # type: ignore[operator]
    entry.refresh_from_db()
    assert entry.status == before


def test_an_agent_cannot_store_a_published_entry(agent: User) -> None:
    with pytest.raises(PermissionDenied):
        save_entry(Entry(question="甲", answer="乙", status="published"), by=agent)
    assert not Entry.objects.exists()


def test_an_entry_without_an_answer_is_not_published(manager: User) -> None:
    entry = make_entry(answer="", status="draft")
    assert publish_entries([entry], by=manager) == 0
    entry.status = Entry.Status.PUBLISHED
    with pytest.raises(ValidationError):
        save_entry(entry, by=manager)


def test_the_work_stays_counted_when_the_entry_is_gone(agent: User, manager: User) -> None:
    proposal = propose(agent)
    publish_entries([entry_of(proposal)], by=manager)
    delete_entries([entry_of(proposal)])
    assert weekly_contributions(timezone.now())[0].weeks[0] == Count(1, 1)


def test_contributions_by_person_and_week(agent: User, agent2: User, manager: User) -> None:
    publish_entries([entry_of(propose(agent, question="甲"))], by=manager)
    propose(agent, question="乙")
    old = propose(agent2, question="丙")
    Proposal.objects.filter(pk=old.pk).update(created_at=week_start(timezone.now()) - timedelta(hours=1))
    lines = weekly_contributions(timezone.now())
    assert [(line.name, line.weeks[:2], line.total) for line in lines] == [
        ("Mei", [Count(2, 1), Count()], Count(2, 1)),
        ("Jun", [Count(), Count(1, 0)], Count(1, 0)),
    ]


def test_a_week_begins_on_monday_in_the_shops_time_zone() -> None:
    sunday_evening_in_utc = datetime.fromisoformat("2026-11-22T17:00:00+00:00")
    assert week_start(sunday_evening_in_utc).isoformat() == "2026-11-23T00:00:00+08:00"
