"""Golden questions: what may be one, where they come from, and that a change of words is tried on them, too."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.answering import Answer, answer
from kb.models import Entry, Gap, GoldenQuestion, GoldenRun, SynonymGroup, Vector
from kb.run_titles import RunTitle
from kb.services.dictionary import save_group
from kb.services.gate import PublishBlocked, rehearse_change
from kb.services.golden import add_from_gap, add_golden, encode_golden
from tests.factories import make_entry
from tests.kb.encoders import FakeEncoder
from tests.kb.gaps import miss
from tests.kb.golden import make_golden
from tests.kb.history import make_mined

pytestmark = pytest.mark.django_db

ANSWER = "仓库收到退货后48小时内退款。"


@pytest.fixture
def refund(words_only: None) -> Entry:
    make_entry("可以开发票吗", "确认收货后在订单里申请。")
    return make_entry("退款多久到账", ANSWER)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"question": "？？"}, "question"),
        ({"expectation": "entry"}, "entry"),
        ({"expectation": "words", "words": " \n"}, "words"),
    ],
)
def test_what_cannot_be_checked_is_refused(words_only: None, fields: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as error:
        make_golden(**fields)  # type: ignore[arg-type]
    assert list(error.value.message_dict) == [field]


def test_a_question_that_reads_the_same_is_refused(refund: Entry) -> None:
    make_golden("退款多久到账", refund)
    with pytest.raises(ValidationError):
        make_golden("退款，多久到账？")


def test_a_conversation_gives_one_without_personal_data(refund: Entry) -> None:
    golden, is_new = add_golden("我手机13812345678 退款多久到", entry=refund, by=None, source="conversation")
    assert ("13812345678" in golden.question, is_new, golden.source) == (False, True, "conversation")


def test_twice_is_once_and_keeps_what_was_written_by_hand(refund: Entry) -> None:
    mine = make_golden("退款多久到账", None)
    golden, is_new = add_golden("退款多久到账？", entry=refund, by=None)
    assert (golden.pk, golden.expectation, is_new) == (mine.pk, "nothing", False)


def test_pending_knowledge_must_be_resolved_first(refund: Entry) -> None:
    gap = miss("钱呢")
    with pytest.raises(ValidationError):
        add_from_gap(gap, by=None)
    Gap.objects.update(entry=refund, status="resolved")
    golden, _is_new = add_from_gap(Gap.objects.get(), by=None)
    assert (golden.entry, golden.source) == (refund, "gap")


def test_questions_of_the_history_are_kept_answered(client: Client, manager: User, refund: Entry) -> None:
    answered, open_one = make_mined("钱什么时候退", entry=refund), make_mined("灯泡能换吗")
    client.force_login(manager)
    body = {"action": "keep_answered", "_selected_action": [answered.pk, open_one.pk]}
    client.post(reverse("admin:kb_minedquestion_changelist") + "?state=all", body)
    assert GoldenQuestion.objects.values_list("question", "entry", "source").get() == (
        "钱什么时候退",
        refund.pk,
        "history",
    )


def test_vectors_are_ready_before_somebody_publishes(encoder: FakeEncoder) -> None:
    make_golden("退款多久到账", make_entry("可以开发票吗"))
    encode_golden()
    stored = Vector.objects.count()
    assert (encode_golden(), Vector.objects.count(), "退款多久到账" in encoder.encoded) == (0, stored, True)


def test_a_synonym_that_sends_customers_elsewhere_is_stopped(refund: Entry) -> None:
    make_entry("申请退货", "在订单里申请。")
    make_golden("蹦跶", expectation="nothing")
    assert answer("蹦跶").band != "answer"
    with pytest.raises(PublishBlocked):
        save_group(SynonymGroup(words="蹦跶\n退货"), by=None)
    assert (SynonymGroup.objects.count(), GoldenRun.objects.count()) == (0, 0)


def test_a_change_without_a_row_is_tried_by_how_each_side_answers(refund: Entry) -> None:
    make_golden("退款多久到账", refund)
    silent = Answer("unknown", "", None, 0.0, (), "the limit is too high")
    with pytest.raises(PublishBlocked):
        rehearse_change(answer, lambda question: silent, by=None, what=RunTitle("limit 0.9"))
    assert rehearse_change(answer, answer, by=None, what=RunTitle("limit 0.5")).different == ()


def test_a_deleted_entry_leaves_a_question_that_expects_nothing(refund: Entry) -> None:
    golden = make_golden("退款多久到账", refund, is_blocking=False)
    Entry.objects.filter(pk=refund.pk).delete()
    make_entry("怎么退货", "在订单里申请。")
    golden.refresh_from_db()
    assert (golden.entry, GoldenRun.objects.latest("pk").worse) == (None, 0)


def test_the_form_shows_what_customers_get_now(client: Client, manager: User, refund: Entry) -> None:
    golden = make_golden("退款多久到账", refund)
    client.force_login(manager)
    page = client.get(reverse("admin:kb_goldenquestion_change", args=[golden.pk])).content.decode()
    assert ANSWER in page and "is-good" in page


def test_the_form_refuses_at_the_field_that_lacks(client: Client, manager: User, words_only: None) -> None:
    client.force_login(manager)
    page = client.post(reverse("admin:kb_goldenquestion_add"), {"question": "退款", "expectation": "entry"})
    assert list(page.context["adminform"].form.errors) == ["entry"]
    assert not GoldenQuestion.objects.exists()
