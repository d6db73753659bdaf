"""Decision trees are stored whole, published as versions that never change, and counted."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cs_platform.models import User
from kb.answering import answer
from kb.defaults import install_flows, install_samples
from kb.flow_tree import Tree
from kb.models import Entry, Flow, FlowRun, FlowStep
from kb.services.flows import (
    Unfit,
    begin_run,
    delete_flows,
    end_run,
    flow_of_entry,
    flow_of_intent,
    publish_flow,
    save_flow,
    tree_of,
    tree_of_version,
    withdraw_flow,
)
from tests.factories import make_entry
from tests.kb.trees import end, publish, returning, say

pytestmark = pytest.mark.django_db

BROKEN = Tree("退货", (say("a", "你好", "nowhere"), end()))


def test_a_tree_is_stored_whole_and_read_back(manager: User) -> None:
    flow = save_flow(Flow(name="退货"), returning(), by=manager)
    assert tree_of(flow) == returning()
    save_flow(flow, BROKEN, by=manager)
    assert (tree_of(flow), FlowStep.objects.count()) == (BROKEN, 2)


def test_what_is_not_sound_is_kept_as_a_draft_but_not_published(manager: User) -> None:
    flow = save_flow(Flow(name="退货"), BROKEN, by=manager)
    with pytest.raises(Unfit) as unfit:
        publish_flow(flow, by=manager)
    assert {problem.step for problem in unfit.value.problems} == {"a", "end"}
    assert not flow.versions.exists()


def test_a_published_version_never_changes(manager: User) -> None:
    flow = publish(returning())
    assert flow.live is not None
    save_flow(flow, BROKEN, by=manager)
    assert tree_of_version(flow.live.pk) == returning()


def test_its_phrasings_find_it_once_it_is_published(manager: User) -> None:
    flow = save_flow(Flow(name="退货"), returning(), phrasings=["我要退货", "想退"], by=manager)
    assert answer("我要退货").missed
    publish_flow(flow, by=manager)
    found = answer("想退")
    assert flow_of_entry(found.entry_id) == flow
    withdraw_flow(flow, by=manager)
    assert answer("想退").missed


def test_a_question_that_another_entry_has_is_refused(manager: User) -> None:
    make_entry("我要退货", "去申请。")
    with pytest.raises(ValidationError):
        save_flow(Flow(name="退货"), returning(), phrasings=["我要退货"], by=manager)
    assert not Flow.objects.exists()


def test_only_who_may_publish_changes_what_customers_walk(agent: User) -> None:
    flow = save_flow(Flow(name="退货"), returning(), by=None)
    with pytest.raises(PermissionDenied):
        publish_flow(flow, by=agent)
    with pytest.raises(PermissionDenied):
        delete_flows([flow], by=agent)
    assert Flow.objects.get().live is None


def test_a_walk_ends_once() -> None:
    flow = publish(returning())
    run = begin_run(flow.pk, flow.live_id or 0, reference="token")
    end_run(run.pk, FlowRun.Outcome.FINISHED, last_step="end")
    end_run(run.pk, FlowRun.Outcome.CANCELLED)
    assert flow.runs.get().outcome == FlowRun.Outcome.FINISHED


def test_shipped_trees_serve_with_the_samples_and_step_aside_with_them(manager: User) -> None:
    install_samples()
    assert install_flows(as_samples=True) == 3
    assert install_flows(as_samples=True) == 0
    assert str(flow_of_entry(answer("我要退货").entry_id)) == "7 天无理由退货"
    assert str(flow_of_intent("return_request")) == "7 天无理由退货"
    make_entry("几点关门", "十点。")
    assert answer("我要退货").missed
    assert flow_of_intent("return_request") is None


def test_a_shipped_tree_that_a_manager_publishes_stays(manager: User) -> None:
    install_samples()
    install_flows(as_samples=True)
    publish_flow(Flow.objects.get(name="7 天无理由退货"), by=manager)
    make_entry("几点关门", "十点。")
    assert str(flow_of_entry(answer("我要退货").entry_id)) == "7 天无理由退货"
    assert str(flow_of_intent("return_request")) == "7 天无理由退货"


def test_without_samples_shipped_trees_are_drafts() -> None:
    install_flows(as_samples=False)
    assert set(Flow.objects.values_list("status", "is_sample")) == {("draft", False)}
    assert not Entry.objects.exists()
