"""The back office of pending knowledge, proposals and experiments: what a manager does there, step by step."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.gap_wordings import wordings_of
from kb.models import Entry, Experiment, Gap
from kb.services.proposals import propose_entry
from tests.factories import make_entry
from tests.kb.experiments import make_experiment
from tests.kb.gaps import miss

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def gap_url(gap: Gap) -> str:
    return reverse("admin:kb_gap_change", args=[gap.pk])


def test_one_click_makes_a_draft(desk: Client) -> None:
    gap = miss("灯泡能换吗", answer="可以自己换。", conversation_id=5)
    page = desk.get(gap_url(gap)).content.decode()
    assert "可以自己换。" in page and reverse("admin:conversations_conversation_change", args=[5]) in page
    reply = desk.post(gap_url(gap), {"do": "draft"})
    entry = Entry.objects.get()
    assert reply.url == reverse("admin:kb_entry_change", args=[entry.pk])
    assert (entry.status, entry.answer) == ("draft", "可以自己换。")


def test_the_answer_that_was_clicked_is_drafted_whatever_was_answered_meanwhile(desk: Client) -> None:
    gap = miss("灯泡能换吗", answer="可以换。\n规格是 E27。")
    page = desk.get(gap_url(gap)).content.decode()
    clicked = re.search(r'name="answer" value="([^"]*)"', page)
    miss("灯泡能换吗", answer="不能换。")
    miss("灯泡能换吗", answer="不能换。")
    assert clicked is not None
    desk.post(gap_url(gap), {"do": "draft", "answer": clicked[1].replace("\n", "\r\n")})
    assert Entry.objects.get().answer == "可以换。\n规格是 E27。"


def test_what_several_customers_asked_in_the_same_words_is_shown_once_with_each_time(desk: Client) -> None:
    gap = miss("灯泡能换吗", conversation_id=5)
    miss("灯泡能换吗？", conversation_id=6, source="handoff"), miss("灯泡能换吗", conversation_id=7)
    page = desk.get(gap_url(gap))
    wording = page.context["wordings"][0]
    assert len(page.context["wordings"]) == 1 and (wording.text, wording.count) == ("灯泡能换吗", 3)
    assert dict(wording.signals) == {"AI 未答上来": 2, "转人工": 1}
    links = [reverse("admin:conversations_conversation_change", args=[number]) for number in (5, 6, 7)]
    assert all(link in page.content.decode() for link in links)


def test_a_group_with_many_questions_reads_them_in_as_many_queries_as_one_with_few(
    desk: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    gap = miss("灯泡能换吗", entry_id=make_entry("灯泡").pk)
    for number in range(5):
        miss("灯泡能换吗", entry_id=make_entry(f"灯泡{number}").pk)
    with django_assert_max_num_queries(2):
        assert [(one.count, len(one.sent)) for one in wordings_of(gap)] == [(6, 6)]


def test_wordings_join_an_entry_that_is_near(desk: Client) -> None:
    entry = make_entry("台灯的灯泡怎么换", "拧下来换。")
    gap = miss("台灯灯泡咋换")
    assert "台灯的灯泡怎么换" in desk.get(gap_url(gap)).content.decode()
    desk.post(gap_url(gap), {"do": "add", "entry": entry.pk})
    entry.refresh_from_db()
    assert entry.variants == "台灯灯泡咋换"


@pytest.mark.parametrize(("do", "status"), [("ignore", "ignored"), ("reopen", "open"), ("", "resolved")])
def test_ignore_and_put_back(desk: Client, do: str, status: str) -> None:
    gap = miss("你叫什么名字")
    Gap.objects.update(status="resolved")
    desk.post(gap_url(gap), {"do": do})
    assert Gap.objects.get().status == status


@pytest.mark.parametrize("data", [{"do": "add"}, {"do": "add", "entry": "x"}, {"do": "split", "question": "9999"}])
def test_nonsense_changes_nothing(desk: Client, data: dict[str, str]) -> None:
    gap = miss("灯泡能换吗")
    assert desk.post(gap_url(gap), data).status_code == 302
    assert (Gap.objects.count(), Entry.objects.count()) == (1, 0)


def test_a_single_wording_does_not_split_off(desk: Client) -> None:
    gap = miss("灯泡能换吗")
    desk.post(gap_url(gap), {"do": "split", "question": gap.questions.get().pk})
    assert Gap.objects.count() == 1


def test_the_list_shows_what_is_left_to_do(desk: Client) -> None:
    miss("灯泡能换吗"), miss("你叫什么名字")
    Gap.objects.filter(question="你叫什么名字").update(status="ignored")
    url = reverse("admin:kb_gap_changelist")
    shown = {
        query: len(desk.get(url + query).context["cl"].result_list) for query in ("", "?state=all", "?signal=miss")
    }
    assert shown == {"": 1, "?state=all": 2, "?signal=miss": 1}


def test_several_groups_become_one(desk: Client) -> None:
    gaps = [miss("灯泡能换吗"), miss("怎么更换灯泡")]
    url = reverse("admin:kb_gap_changelist")
    desk.post(url, {"action": "merge", "_selected_action": [gap.pk for gap in gaps]})
    assert Gap.objects.get().count == 2


def test_a_proposal_is_published_from_its_page(desk: Client, agent: User) -> None:
    entry = propose_entry(question="灯泡能换吗", answer="可以。", by=agent, note="常问").entry
    assert entry is not None
    assert "常问" in desk.get(reverse("admin:kb_entry_change", args=[entry.pk])).content.decode()
    desk.post(reverse("admin:kb_entry_publish_this", args=[entry.pk]))
    entry.refresh_from_db()
    assert (entry.status, entry.proposal.status) == ("published", "approved")


def test_a_proposal_goes_back_with_a_comment(desk: Client, agent: User) -> None:
    entry = propose_entry(question="灯泡能换吗", answer="可以。", by=agent).entry
    assert entry is not None
    url = reverse("admin:kb_entry_return_this", args=[entry.pk])
    assert desk.get(url).status_code == 200
    desk.post(url, {"comment": "写上型号"})
    entry.refresh_from_db()
    assert (entry.status, entry.proposal.comment) == ("draft", "写上型号")
    assert desk.get(url).status_code == 403


def test_who_contributed_what(desk: Client, agent: User) -> None:
    propose_entry(question="灯泡能换吗", answer="可以。", by=agent)
    page = desk.get(reverse("admin:kb_proposal_contributions")).content.decode()
    assert "Mei" in page and "0 / 1" in page


def test_an_experiment_from_the_form_to_the_standard_answer(desk: Client) -> None:
    entry = make_entry("灯泡能换吗", "甲")
    form = {"entry": entry.pk, "answer_b": "乙", "answer_c": "", "goal": "solved", "sample_size": 50}
    desk.post(reverse("admin:kb_experiment_add"), form)
    experiment = Experiment.objects.get()
    desk.post(reverse("admin:kb_experiment_start", args=[experiment.pk]))
    url = reverse("admin:kb_experiment_change", args=[experiment.pk])
    assert desk.get(url).context["result"].verdict.kind == "waiting"
    desk.post(url, {"winner": "B"})
    entry.refresh_from_db()
    assert entry.answer == "乙"


def test_an_experiment_with_equal_answers_is_refused_in_the_form(desk: Client) -> None:
    entry = make_entry("灯泡能换吗", "甲")
    form = {"entry": entry.pk, "answer_b": "甲", "goal": "solved", "sample_size": 50}
    page = desk.post(reverse("admin:kb_experiment_add"), form)
    assert page.status_code == 200 and not Experiment.objects.exists()


def test_who_may_not_publish_decides_nothing(client: Client, integrator: User) -> None:
    experiment = make_experiment()
    client.force_login(integrator)
    for url in ("admin:kb_experiment_change", "admin:kb_experiment_start"):
        assert client.post(reverse(url, args=[experiment.pk]), {"winner": "B"}).status_code == 403
    assert Experiment.objects.get().winner is None
