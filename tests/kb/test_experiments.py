"""Experiments with answers: who gets which, what counts, and who may decide."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cs_platform.models import AuditEntry, User
from kb.answering import answer
from kb.experiments import compare, vary
from kb.models import Experiment, Exposure
from kb.services import save_entry, unpublish_entries
from kb.services.experiments import (
    note_handover,
    note_order,
    note_score,
    record_exposure,
    save_experiment,
    start_experiment,
    stop_experiment,
    variant_for,
)
from kb.services.guardrails import guard_experiments
from tests.factories import make_entry
from tests.kb.experiments import expose, make_experiment, variants

pytestmark = pytest.mark.django_db


def test_a_is_what_the_entry_says() -> None:
    experiment = make_experiment(answers=["乙", "丙"])
    assert [(one.label, one.answer) for one in variants(experiment)] == [("A", "甲"), ("B", "乙"), ("C", "丙")]


@pytest.mark.parametrize("answers", [[], ["甲"], ["乙", "乙"], ["乙", "丙", "丁"], [" "]])
def test_two_or_three_different_answers(answers: list[str]) -> None:
    with pytest.raises(ValidationError):
        make_experiment(answers=answers)
    assert not Experiment.objects.exists()


def test_a_customer_always_gets_the_same_answer_and_all_share_evenly() -> None:
    experiment = make_experiment(answers=["乙", "丙"])
    drawn = [variant_for(experiment.entry_id, customer) for customer in range(300)]
    assert drawn == [variant_for(experiment.entry_id, customer) for customer in range(300)]
    assert all(80 <= count <= 120 for count in Counter(one.label for one in drawn if one).values())


def test_only_while_it_runs() -> None:
    experiment = make_experiment(start=False)
    assert variant_for(experiment.entry_id, 1) is None
    start_experiment(experiment, by=None)
    assert variant_for(experiment.entry_id, 1) is not None
    stop_experiment(experiment, by=None)
    assert variant_for(experiment.entry_id, 1) is None


def test_the_answer_is_the_customers_variant(words_only: None) -> None:
    experiment = make_experiment(make_entry("灯泡能换吗", "甲"))
    found = answer("灯泡能换吗")
    texts = {vary(found, customer).text for customer in range(20)}
    assert texts == {"甲", "乙"} and vary(found, None).text == "甲"
    variant = variant_for(experiment.entry_id, 3)
    assert variant is not None and vary(found, 3).variant_id == variant.pk


def test_a_draft_entry_is_not_tried(manager: User) -> None:
    experiment = make_experiment(start=False)
    unpublish_entries([experiment.entry], by=manager)
    with pytest.raises(ValidationError):
        start_experiment(experiment, by=manager)


def test_one_experiment_per_entry_at_a_time() -> None:
    first = make_experiment()
    second = make_experiment(first.entry, start=False)
    with pytest.raises(ValidationError):
        start_experiment(second, by=None)
    assert Experiment.objects.running().get() == first


def test_the_first_time_counts() -> None:
    first, second = variants(make_experiment())
    for variant in (first, second):
        record_exposure(variant.pk, customer_id=1, conversation_id=9)
    assert Exposure.objects.get().variant == first


def test_what_came_of_it_is_noted_within_its_time() -> None:
    (variant, _) = variants(make_experiment())
    now = timezone.now()
    expose(variant, range(1, 2), at=now - timedelta(hours=1))
    expose(variant, range(2, 3), at=now - timedelta(hours=30))
    notes = [note_handover(number, at=now) for number in (1, 2)] + [note_score(number, 5, at=now) for number in (1, 2)]
    assert notes == [1, 0, 1, 0]
    assert [note_order(number, at=now) for number in (1, 2, 3)] == [1, 1, 0]


def test_only_settled_outcomes_of_the_first_customers_decide() -> None:
    experiment = make_experiment(sample_size=30)
    first, second = variants(experiment)
    expose(first, range(30), was_handed_over=True)
    expose(second, range(100, 130))
    expose(first, range(200, 290), at=timezone.now() - timedelta(days=2))  # beyond the sample
    expose(second, range(300, 309), at=timezone.now())  # nobody knows yet what becomes of them
    result = compare(experiment, timezone.now())
    assert (result.verdict.kind, result.winner) == ("winner", second)
    shown = [(line.shown, line.figures["solved"].share.total) for line in result.lines]
    assert shown == [(120, 120), (39, 30)]


def test_however_long_it_ran_no_more_than_the_sample_is_read() -> None:
    experiment = make_experiment(sample_size=30, guardrail="rating")
    with CaptureQueriesContext(connection) as asked:
        compare(experiment, timezone.now())
    reads = [query["sql"] for query in asked if Exposure._meta.db_table in query["sql"]]
    assert reads and all("LIMIT 30" in read or "GROUP BY" in read for read in reads)


def test_ratings_count_those_who_rated() -> None:
    experiment = make_experiment(goal="rating", sample_size=30)
    first, _ = variants(experiment)
    expose(first, range(3), score=4)
    expose(first, range(3, 5), score=3)
    expose(first, range(5, 40))
    share = compare(experiment, timezone.now()).lines[0].figures["rating"].share
    assert (share.hits, share.total) == (3, 5)


def test_the_winner_becomes_the_standard(manager: User) -> None:
    experiment = make_experiment()
    _, second = variants(experiment)
    stop_experiment(experiment, by=manager, winner=second)
    experiment.refresh_from_db()
    experiment.entry.refresh_from_db()
    assert (experiment.status, experiment.winner, experiment.entry.answer) == ("finished", second, "乙")
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "experiment.started",
        "experiment.ended",
    ]


def test_it_is_decided_once() -> None:
    experiment = make_experiment()
    first, second = variants(experiment)
    stop_experiment(experiment, by=None)
    stop_experiment(experiment, by=None, winner=first)
    with pytest.raises(ValidationError):
        stop_experiment(experiment, by=None, winner=second)


def test_a_running_experiment_keeps_its_answers() -> None:
    with pytest.raises(ValidationError):
        save_experiment(make_experiment(), answers=["丙"], by=None)


def test_a_page_opened_before_the_start_does_not_take_it_back() -> None:
    stale = make_experiment(start=False)
    start_experiment(Experiment.objects.get(pk=stale.pk), by=None)
    with pytest.raises(ValidationError):
        save_experiment(stale, answers=["另一个答案。"], by=None)
    assert Experiment.objects.get(pk=stale.pk).status == "running"


def test_an_agent_starts_and_ends_nothing(agent: User) -> None:
    experiment = make_experiment(start=False)
    with pytest.raises(PermissionDenied):
        start_experiment(experiment, by=agent)
    start_experiment(experiment, by=None)
    with pytest.raises(PermissionDenied):
        stop_experiment(experiment, by=agent)
    assert Experiment.objects.get().status == "running"


def test_the_guardrail_ends_what_does_harm(manager: User) -> None:
    experiment = make_experiment(goal="order", guardrail="solved", sample_size=80)
    standard, other = variants(experiment)
    expose(standard, range(30))
    expose(other, range(100, 130), was_handed_over=True, has_ordered=True)
    assert [guard_experiments(), guard_experiments()] == [1, 0]
    experiment.refresh_from_db()
    assert (experiment.status, experiment.end_reason, experiment.winner) == ("finished", "guardrail", None)
    assert variant_for(experiment.entry_id, 1) is None
    assert AuditEntry.objects.filter(action="experiment.guarded").count() == 1


def test_the_guardrail_leaves_alone_what_does_none() -> None:
    experiment = make_experiment(goal="order", guardrail="solved", sample_size=80)
    for variant, first in zip(variants(experiment), (0, 100), strict=True):
        expose(variant, range(first, first + 30))
    assert guard_experiments() == 0
    assert Experiment.objects.running().get() == experiment


def test_what_was_corrected_holds_for_everybody_and_ends_the_experiment(manager: User) -> None:
    experiment = make_experiment(guardrail="")
    experiment.entry.answer = "甲，不过今年起收费。"
    save_entry(experiment.entry, by=manager)
    assert [variant_for(experiment.entry_id, customer) for customer in range(9)] == [None] * 9
    assert [guard_experiments(), guard_experiments()] == [1, 0]
    experiment.refresh_from_db()
    assert (experiment.status, experiment.end_reason) == ("finished", "changed")


def test_an_entry_changed_since_is_not_tried_with_its_old_answer(manager: User) -> None:
    experiment = make_experiment(start=False)
    experiment.entry.answer = "甲，不过今年起收费。"
    save_entry(experiment.entry, by=manager)
    with pytest.raises(ValidationError):
        start_experiment(experiment, by=manager)
    save_experiment(Experiment.objects.get(), answers=["乙"], by=manager)
    assert start_experiment(experiment, by=manager).status == "running"
