"""Runs of golden questions and of files: worked off in pieces, compared with the run before, kept for a while."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.models import Entry, GoldenResult, GoldenRun
from kb.rehearsal import Case, Expected
from kb.run_difference import differences
from kb.services import archive_entries, save_entry
from kb.services import golden_runs as runs
from tests.factories import make_entry
from tests.kb.golden import make_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]

ANSWER = "仓库收到退货后48小时内退款。"


@pytest.fixture
def refund() -> Entry:
    make_entry("可以开发票吗", "确认收货后在订单里申请。")
    return make_entry("退款多久到账", ANSWER)


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def start(entry: Entry, *questions: str) -> GoldenRun:
    cases = [Case(question, Expected("entry", entry.pk), entry.question) for question in questions]
    return runs.start_batch_run(cases, title="问题.xlsx", by=None)


def test_a_run_says_what_each_question_gets(refund: Entry) -> None:
    run = start(refund, "退款多久到账", "可以开发票吗", "今天星期几")
    assert runs.work_off(run.pk) == 3
    run.refresh_from_db()
    found = list(run.results.values_list("outcome", "band", "title"))
    assert (run.state, run.done) == ("done", 3)
    assert found == [
        ("right", "answer", "退款多久到账"),
        ("wrong", "answer", "可以开发票吗"),
        ("silent", "unknown", ""),
    ]


def test_working_off_twice_changes_nothing(refund: Entry) -> None:
    run = start(refund, "退款多久到账")
    runs.work_off(run.pk)
    before = list(GoldenResult.objects.values())
    assert runs.work_off(run.pk) == 0
    assert list(GoldenResult.objects.values()) == before


def test_a_broken_off_run_goes_on_where_it_stopped(refund: Entry) -> None:
    run = start(refund, "退款多久到账", "可以开发票吗")
    run.results.filter(position=1).update(outcome="right", title="kept")
    assert runs.work_off(run.pk) == 1
    assert run.results.get(position=1).title == "kept"


def test_once_more_is_compared_with_the_run_before(refund: Entry) -> None:
    first = start(refund, "退款多久到账", "可以开发票吗")
    runs.work_off(first.pk)
    archive_entries([refund], by=None)
    second = runs.rerun(first, by=None)
    runs.work_off(second.pk)
    second.refresh_from_db()
    assert (second.previous, second.worse, second.changed, second.improved) == (first, 1, 0, 0)
    [line] = second.results.filter(verdict="worse")
    assert (line.why, line.before_text, line.is_blocking) == ("lost", ANSWER, False)


def test_the_difference_of_two_runs_shows_what_changed_only(refund: Entry) -> None:
    first = start(refund, "退款多久到账", "可以开发票吗")
    runs.work_off(first.pk)
    refund.answer = "三天。"
    save_entry(refund, by=None)
    second = start(refund, "退款多久到账", "可以开发票吗", "怎么退货")
    runs.work_off(second.pk)
    found = differences(first.results.all(), second.results.all())
    assert [(one.question, one.kind) for one in found] == [("退款多久到账", "changed"), ("怎么退货", "added")]


def test_golden_questions_are_run_by_hand(desk: Client, refund: Entry) -> None:
    url = reverse("admin:kb_goldenquestion_run_now")
    assert desk.post(url).url == reverse("admin:kb_goldenquestion_changelist")
    make_golden("退款多久到账", refund)
    page = desk.post(url).url
    run = GoldenRun.objects.get(trigger="manual")
    assert page == reverse("admin:kb_goldenrun_change", args=[run.pk])
    assert desk.get(page).context["is_running"]
    runs.work_off(run.pk)
    assert [row.outcome for row in desk.get(page).context["rows"]] == ["right"]


def test_old_runs_that_publishing_made_go(refund: Entry) -> None:
    make_golden("退款多久到账", refund)
    for number in range(3):
        make_entry(f"新问题{number}")
    manual = runs.start_manual_run(by=None)
    runs.forget_old_runs(kept=2)
    assert GoldenRun.objects.filter(trigger="publish").count() == 2
    assert GoldenRun.objects.filter(pk=manual.pk).exists()


def test_the_page_filters_and_downloads(desk: Client, refund: Entry) -> None:
    run = start(refund, "退款多久到账", "可以开发票吗")
    runs.work_off(run.pk)
    page = reverse("admin:kb_goldenrun_change", args=[run.pk])
    assert [row.question for row in desk.get(page, {"show": "wrong"}).context["rows"]] == ["可以开发票吗"]
    file = desk.get(reverse("admin:kb_goldenrun_download", args=[run.pk]), {"show": "right"})
    assert (file.status_code, file.content[:2]) == (200, b"PK")


def test_the_comparison_page_names_the_older_run_first(desk: Client, refund: Entry) -> None:
    first, second = start(refund, "退款多久到账"), start(refund, "退款多久到账")
    for run in (first, second):
        runs.work_off(run.pk)
    page = desk.get(reverse("admin:kb_goldenrun_compare", args=[second.pk]), {"with": first.pk})
    assert (page.context["old"], page.context["new"], len(page.context["page"])) == (first, second, 0)
    assert desk.get(reverse("admin:kb_goldenrun_compare", args=[second.pk]), {"with": "x"}).status_code == 404


def test_running_again_is_for_those_who_may(client: Client, desk: Client, refund: Entry, integrator: User) -> None:
    run = start(refund, "退款多久到账")
    url = reverse("admin:kb_goldenrun_again", args=[run.pk])
    assert desk.get(url).status_code == 403
    assert desk.post(url).status_code == 302
    client.force_login(integrator)
    assert client.post(url).status_code == 403
    assert GoldenRun.objects.count() == 2
