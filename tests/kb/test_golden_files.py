"""Golden questions and test questions out of spreadsheets: what each row expects, and what its owner must mend."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.golden_files import read_questions
from kb.models import Entry, GoldenQuestion, GoldenRun
from kb.readers import ReadError
from tests.factories import make_entry
from tests.kb.golden import make_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]


@pytest.fixture
def refund() -> Entry:
    return make_entry("退款多久到账", "两天。", variants="钱多久退", external_id="R-1")


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def read(text: str, **options: bool) -> tuple[list[tuple[str, str, int | None]], list[int]]:
    found = read_questions("问题.csv", text.encode(), **options)
    cases = [(case.question, case.expected.kind, case.expected.entry_id) for case in found.cases]
    return cases, [row for row, _text in found.problems]


@pytest.mark.parametrize("name", ["退款多久到账", "钱多久退", "R-1", "{pk}"])
def test_an_entry_is_named_by_question_phrasing_or_number(refund: Entry, name: str) -> None:
    cases, problems = read(f"问题,期望问题\n我的钱呢,{name.format(pk=refund.pk)}\n")
    assert (cases, problems) == ([("我的钱呢", "entry", refund.pk)], [])


def test_what_must_not_be_answered_and_what_must_contain_words(refund: Entry) -> None:
    cases, _problems = read("问题,期望问题,必含词\n老板是谁,不回答,\n多久到账,,两天|原路\n随便问问,,\n")
    assert cases == [("老板是谁", "nothing", None), ("多久到账", "words", None), ("随便问问", "", None)]


def test_a_file_without_header_is_a_list_of_questions() -> None:
    assert read("怎么退货\n多久到账\n")[0] == [("怎么退货", "", None), ("多久到账", "", None)]


def test_each_bad_row_is_named(refund: Entry) -> None:
    text = "问题,期望问题\n我的钱呢,没有这条\n,退款多久到账\n？？,退款多久到账\n退款，多久到账,R-1\n退款多久到账,R-1\n"
    cases, problems = read(text)
    assert ([case[0] for case in cases], problems) == (["退款，多久到账"], [2, 3, 4, 6])


def test_golden_questions_must_expect_something(refund: Entry) -> None:
    assert read("问题,期望问题\n我的钱呢,\n", is_golden=True) == ([], [2])


def test_too_many_questions_are_refused() -> None:
    with pytest.raises(ReadError):
        read_questions("问题.csv", "\n".join(f"问题{number}" for number in range(2001)).encode())


def test_golden_questions_are_imported_and_changed_not_doubled(desk: Client, refund: Entry) -> None:
    make_golden("我的钱呢", None)
    text = "问题,期望问题,拦截\n我的钱呢？,退款多久到账,否\n老板是谁,不回答,\n"
    for _time in range(2):
        desk.post(reverse("admin:kb_goldenquestion_import_questions"), {"file": _file(text)})
    found = GoldenQuestion.objects.order_by("pk").values_list("question", "expectation", "entry", "is_blocking")
    assert list(found) == [("我的钱呢", "entry", refund.pk, False), ("老板是谁", "nothing", None, True)]


def test_a_problem_means_that_nothing_is_stored(desk: Client, refund: Entry) -> None:
    text = "问题,期望问题\n我的钱呢,退款多久到账\n老板是谁,没有这条\n"
    page = desk.post(reverse("admin:kb_goldenquestion_import_questions"), {"file": _file(text)})
    assert ([row for row, _text in page.context["problems"]], GoldenQuestion.objects.count()) == ([3], 0)


def test_what_is_exported_can_be_imported(desk: Client, refund: Entry) -> None:
    make_golden("我的钱呢", refund, words="两天", is_blocking=False)
    make_golden("老板是谁", None)
    before = list(
        GoldenQuestion.objects.order_by("pk").values("question", "expectation", "entry", "words", "is_blocking")
    )
    content = desk.get(reverse("admin:kb_goldenquestion_export_questions")).content
    GoldenQuestion.objects.all().delete()
    file = SimpleUploadedFile("必测.xlsx", content)
    desk.post(reverse("admin:kb_goldenquestion_import_questions"), {"file": file})
    after = GoldenQuestion.objects.order_by("pk").values("question", "expectation", "entry", "words", "is_blocking")
    assert list(after) == before


def test_a_file_is_tested_in_the_background(desk: Client, refund: Entry) -> None:
    reply = desk.post(reverse("admin:kb_goldenrun_test_file"), {"file": _file("问题\n我的钱呢\n")})
    run = GoldenRun.objects.get()
    assert reply.url == reverse("admin:kb_goldenrun_change", args=[run.pk])
    assert (run.title, run.state, run.total) == ("问题.csv", "running", 1)


@pytest.mark.parametrize(("name", "content"), [("问题.csv", b""), ("a.xlsx", b"nonsense"), ("a.exe", b"MZ")])
def test_what_cannot_be_read_is_refused_in_words(desk: Client, name: str, content: bytes) -> None:
    page = desk.post(reverse("admin:kb_goldenrun_test_file"), {"file": SimpleUploadedFile(name, content)})
    assert (bool(page.context["form"].errors), GoldenRun.objects.count()) == (True, 0)


def _file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("问题.csv", text.encode())
