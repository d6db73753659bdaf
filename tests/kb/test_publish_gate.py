"""The publish gate: a harmful change of knowledge is stopped, whichever service makes it."""

import pytest
from django.core.exceptions import PermissionDenied

from cs_platform.models import AuditEntry, User
from kb.answering import answer
from kb.imports import import_file
from kb.models import Entry, GoldenQuestion, GoldenRun
from kb.services import archive_entries, delete_entries, publish_entries, save_entry, unpublish_entries
from kb.services.gate import PublishBlocked, passing
from kb.version import current_version
from tests.factories import make_entry
from tests.kb.golden import make_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]

ANSWER = "仓库收到退货后48小时内退款，原路返回到支付账户。"


@pytest.fixture
def refund() -> Entry:
    """Answers the golden question; another entry stands beside it."""
    make_entry("可以开发票吗", "确认收货后在订单里申请电子发票。")
    entry = make_entry("退款多久到账", ANSWER)
    make_golden("退款多久到账", entry)
    return entry


def change(entry: Entry, **fields: object) -> Entry:
    for name, value in fields.items():
        setattr(entry, name, value)
    return save_entry(entry, by=None)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"answer": "退"}, "hollow"),
        ({"question": "怎么修改收货地址"}, "lost"),
        ({"channels": "wechat"}, "lost"),
        ({"valid_until": "2020-01-01T00:00Z"}, "lost"),
        ({"status": "draft"}, "lost"),
        ({"handoff": "always"}, "lost"),
    ],
)
def test_a_change_that_takes_the_answer_away_is_stopped(refund: Entry, fields: dict[str, str], why: str) -> None:
    entry = Entry.objects.get(pk=refund.pk)
    if "valid_until" in fields:
        entry.valid_until = Entry._meta.get_field("valid_until").to_python(fields["valid_until"])
        fields = {}
    with pytest.raises(PublishBlocked) as blocked:
        change(entry, **fields)
    assert [line.why for line in blocked.value.rehearsal.blocking] == [why]
    assert answer("退款多久到账").text == ANSWER


def test_nothing_of_a_stopped_change_is_stored(refund: Entry) -> None:
    version = current_version()
    with pytest.raises(PublishBlocked):
        archive_entries([refund], by=None)
    refund.refresh_from_db()
    assert (refund.status, current_version(), GoldenRun.objects.count()) == ("published", version, 0)


@pytest.mark.parametrize("service", [archive_entries, unpublish_entries, delete_entries])
def test_taking_the_entry_away_is_stopped(refund: Entry, service: object) -> None:
    with pytest.raises(PublishBlocked):
        service([refund], by=None)  # type: ignore[operator]
    assert Entry.objects.published().filter(pk=refund.pk).exists()


def test_a_phrasing_stolen_from_another_entry_is_stopped(refund: Entry) -> None:
    thief = make_entry("发货后多久能收到", "一般三天到。", status="draft", variants="退款多久到账")
    with pytest.raises(PublishBlocked):
        publish_entries([thief], by=None)
    assert answer("退款多久到账").entry_id == refund.pk


@pytest.mark.parametrize(
    "fields", [{"match_mode": "contains", "variants": "退款"}, {"match_mode": "pattern", "variants": "*退款*"}]
)
def test_a_greedy_rule_is_stopped(refund: Entry, fields: dict[str, str]) -> None:
    make_golden("退款的时候运费退不退", expectation="nothing")
    with pytest.raises(PublishBlocked) as blocked:
        make_entry("退款", "请在订单里申请。", **fields)
    assert [line.why for line in blocked.value.rehearsal.blocking] == ["sent"]


def test_a_harmless_change_passes_and_says_what_became_different(refund: Entry) -> None:
    with passing() as passage:
        change(refund, answer=ANSWER.replace("48", "72"))
    assert passage.run is not None
    [result] = passage.run.results.all()
    assert (passage.run.state, passage.run.total, result.verdict) == ("passed", 1, "changed")
    assert ("48" in result.before_text, "72" in result.text) == (True, True)


def test_an_unrelated_change_keeps_no_lines(refund: Entry) -> None:
    with passing() as passage:
        make_entry("怎么修改收货地址", "在订单详情里自助修改。")
    assert passage.run is not None
    assert (passage.run.state, passage.run.changed, passage.run.results.count()) == ("passed", 0, 0)


def test_a_draft_is_not_tried(refund: Entry) -> None:
    with passing() as passage:
        make_entry("退款", "请在订单里申请。", status="draft", variants="退款多久到账")
    assert (passage.run, passage.was_unguarded) == (None, False)


def test_without_golden_questions_everything_passes() -> None:
    with passing() as passage:
        archive_entries([make_entry()], by=None)
    assert (passage.run, passage.was_unguarded) == (None, True)


def test_a_question_that_only_warns_does_not_stop(refund: Entry) -> None:
    GoldenQuestion.objects.update(is_blocking=False)
    archive_entries([refund], by=None)
    assert GoldenRun.objects.values_list("state", "worse").get() == ("passed", 1)


def test_what_was_wrong_before_does_not_stop_other_changes(refund: Entry) -> None:
    make_golden("怎么修改收货地址", refund)
    change(refund, answer=ANSWER + "请放心。")
    assert GoldenRun.objects.get().state == "passed"


def test_a_manager_publishes_anyway_and_says_why(refund: Entry, manager: User) -> None:
    with passing(reason="换成新政策"):
        archive_entries([refund], by=manager)
    run, kept = GoldenRun.objects.get(), AuditEntry.objects.get(action="gate.overridden")
    assert (run.state, run.reason, run.by) == ("overridden", "换成新政策", manager)
    assert (kept.actor, kept.details) == (manager, {"reason": "换成新政策", "questions": ["退款多久到账"]})


def test_a_reason_alone_is_not_enough(refund: Entry, agent: User) -> None:
    with pytest.raises(PermissionDenied), passing(reason="我想"):
        save_entry(
            Entry(question="退款", answer="好", variants="退款多久到账", status="published"), by=agent, is_approved=True
        )
    assert not Entry.objects.filter(question="退款").exists()


def test_a_stopped_change_is_remembered_by_whoever_asks(refund: Entry, manager: User) -> None:
    with pytest.raises(PublishBlocked) as blocked:
        archive_entries([refund], by=manager)
    run = blocked.value.keep()
    assert (run.state, run.by, run.worse, run.results.get().why) == ("blocked", manager, 1, "lost")


def test_a_file_is_tried_once_as_a_whole(refund: Entry) -> None:
    rows = [f"其他问题{number},答案{number}," for number in range(30)]
    text = "\n".join(["客户问法,标准答案,状态", *rows, "到货多久|退款多久到账,三天,"])
    result = import_file("新知识.csv", text.encode(), by=None, publish=True)
    assert (result.has_failed, result.blocked is not None, Entry.objects.count()) == (True, True, 2)
    with passing(reason="已核对"):
        assert import_file("新知识.csv", text.encode(), by=None, publish=True).counts["created"] == 31
    assert GoldenRun.objects.values_list("title", "state").get() == ("新知识.csv", "overridden")


def test_samples_that_step_aside_do_no_harm() -> None:
    make_golden("退款多久到账", make_sample())
    make_entry("可以开发票吗", "确认收货后申请电子发票。")
    assert GoldenRun.objects.values_list("state", "worse").get() == ("passed", 1)


def test_a_wrong_answer_is_not_excused_by_samples_that_step_aside() -> None:
    make_golden("退款多久到账", make_sample())
    with pytest.raises(PublishBlocked):
        make_entry("到货多久", "三天。", variants="退款多久到账")


def test_a_file_of_own_knowledge_takes_the_place_of_the_samples() -> None:
    make_golden("退款多久到账", make_sample())
    text = "客户问法,标准答案\n到货多久|退款多久到账,三天\n"
    assert import_file("知识.csv", text.encode(), by=None, publish=True).counts["created"] == 1
    assert GoldenRun.objects.values_list("state", "worse").get() == ("passed", 1)


def make_sample() -> Entry:
    """As shipped: nobody has touched it."""
    sample = make_entry("退款多久到账", ANSWER, is_sample=True)
    Entry.objects.update(updated_by=None)
    return sample
