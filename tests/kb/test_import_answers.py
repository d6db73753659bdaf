"""From an imported document to an answer: what a customer asks is found in it."""

import pytest

from kb.answering import answer
from kb.imports import import_file
from kb.models import Entry
from tests.factories import make_entry
from tests.kb.policies import RETURNS, make_docx, make_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]


@pytest.mark.parametrize(("name", "make"), [("政策.docx", make_docx), ("政策.pdf", make_pdf)])
def test_questions_are_answered_from_a_document(name: str, make: object) -> None:
    result = import_file(name, make(RETURNS), by=None, publish=True, publish_suggested=True)  # type: ignore[operator]
    assert result.counts["created"] == 4
    assert answer("退款多久到账").text.startswith("仓库验收后一到三个工作日原路退回")
    assert answer("换货流程是怎样的").text.startswith("在“我的订单”里选择换货")


def test_importing_a_document_again_changes_nothing() -> None:
    import_file("政策.docx", make_docx(RETURNS), by=None)
    assert import_file("新版.docx", make_docx(RETURNS), by=None).counts == {"created": 0, "updated": 0, "skipped": 4}


def test_a_suggested_question_changes_no_published_answer_unless_wanted() -> None:
    make_entry("换货流程是怎样的？", "旧的答案")
    (spared,) = [row for row in import_file("政策.docx", make_docx(RETURNS), by=None).rows if row.is_spared]
    assert (spared.entry.question, Entry.objects.get(question=spared.entry.question).answer) == (
        "换货流程是怎样的？",
        "旧的答案",
    )
    import_file("政策.docx", make_docx(RETURNS), by=None, publish_suggested=True)
    assert Entry.objects.get(question="换货流程是怎样的？").answer.startswith("在“我的订单”里")
