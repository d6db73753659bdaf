"""The publish gate at its doors: back office, API, files, command. What is stopped, what passes, what is kept."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cs_platform.models import AuditEntry, User
from kb.models import Entry, Gap, GoldenQuestion, GoldenRun, MinedQuestion
from kb.uploads import read_upload, store_upload
from tests.api import ApiClient
from tests.factories import make_entry
from tests.kb.gaps import miss
from tests.kb.golden import make_golden
from tests.kb.history import make_mined

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]

Api = Callable[..., ApiClient]
ANSWER = "仓库收到退货后48小时内退款，原路返回到支付账户。"
ENTRIES = "/api/v1/knowledge/entries/"
LIST = "admin:kb_entry_changelist"


@pytest.fixture
def refund() -> Entry:
    entry = make_entry("退款多久到账", ANSWER)
    make_golden("退款多久到账", entry)
    return entry


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def form_of(desk: Client, entry: Entry, **fields: str) -> dict[str, str]:
    """What the browser would send from the page of an entry."""
    form = desk.get(reverse("admin:kb_entry_change", args=[entry.pk])).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, [], False)}
    return {**sent, "_save": "1", **fields}


def page_of(entry: Entry) -> str:
    return reverse("admin:kb_entry_change", args=[entry.pk])


def test_the_form_is_stopped_and_shows_question_by_question(desk: Client, refund: Entry) -> None:
    reply = desk.post(page_of(refund), form_of(desk, refund, answer="退"))
    page = reply.content.decode()
    refund.refresh_from_db()
    assert (reply.status_code, refund.answer) == (409, ANSWER)
    assert ANSWER in page and 'name="answer" value="退"' in page
    assert GoldenRun.objects.values_list("state", "worse").get() == ("blocked", 1)


def test_back_to_the_form_loses_nothing(desk: Client, refund: Entry) -> None:
    reply = desk.post(page_of(refund), form_of(desk, refund, answer="退", gate="back"))
    form = reply.context["adminform"].form
    assert (reply.status_code, form["answer"].value(), bool(form.non_field_errors())) == (200, "退", True)
    assert not GoldenRun.objects.exists()


def test_publish_anyway_needs_a_reason(desk: Client, refund: Entry) -> None:
    body = form_of(desk, refund, answer="退", gate="override", override_reason=" ")
    assert desk.post(page_of(refund), body).context["is_reason_missing"]
    reply = desk.post(page_of(refund), {**body, "override_reason": "先这样"})
    refund.refresh_from_db()
    assert (reply.status_code, refund.answer) == (302, "退")
    assert AuditEntry.objects.get(action="gate.overridden").details["reason"] == "先这样"


def test_a_list_action_is_stopped_and_can_be_repeated_with_a_reason(desk: Client, refund: Entry) -> None:
    body = {"action": "archive", "_selected_action": [refund.pk]}
    reply = desk.post(reverse(LIST), body)
    assert (reply.status_code, dict(reply.context["fields"])["_selected_action"]) == (409, str(refund.pk))
    desk.post(reverse(LIST), {**body, "gate": "override", "override_reason": "停售"})
    refund.refresh_from_db()
    assert refund.status == "archived"


def test_deleting_is_stopped(desk: Client, refund: Entry) -> None:
    reply = desk.post(reverse("admin:kb_entry_delete", args=[refund.pk]), {"post": "yes"})
    assert (reply.status_code, Entry.objects.count()) == (409, 1)
    assert "仍然删除" in reply.content.decode()


def test_wordings_of_pending_knowledge_are_stopped(desk: Client, refund: Entry) -> None:
    other = make_entry("发货后多久能收到", "一般三天到。")
    gap = miss("你们有实体店吗")
    make_golden("你们有实体店吗", expectation="nothing")
    reply = desk.post(reverse("admin:kb_gap_change", args=[gap.pk]), {"do": "add", "entry": other.pk})
    other.refresh_from_db()
    assert (reply.status_code, other.variants) == (409, "")


def test_an_import_is_stopped_before_it_is_stored_and_goes_on_with_a_reason(desk: Client, refund: Entry) -> None:
    path = reverse("admin:kb_entry_import_entries")
    file = SimpleUploadedFile("知识.csv", "客户问法,标准答案\n到货多久|退款多久到账,三天\n".encode())
    page = desk.post(path, {"file": file, "publish": "on"}).url
    token = page.split("upload=")[1]
    read_upload(token)
    desk.post(path, {"token": token})
    store_upload(token)
    stopped = desk.get(page)
    assert ([row.why for row in stopped.context["blocking"]], Entry.objects.count()) == (["lost"], 1)
    assert "reason-missing" in desk.post(path, {"token": token, "gate": "override"}).url
    desk.post(path, {"token": token, "gate": "override", "override_reason": "核对过"})
    store_upload(token)
    assert Entry.objects.count() == 2


def test_the_first_unguarded_publish_hints_once(desk: Client) -> None:
    entry = make_entry()
    for expected in (1, 0):
        reply = desk.post(page_of(entry), form_of(desk, entry), follow=True)
        hints = [str(message) for message in reply.context["messages"] if "goldenquestion" in str(message)]
        assert len(hints) == expected


def test_what_passes_says_what_became_different(desk: Client, refund: Entry) -> None:
    body = form_of(desk, refund, answer=ANSWER.replace("48", "72"))
    texts = [str(message) for message in desk.post(page_of(refund), body, follow=True).context["messages"]]
    assert any(reverse("admin:kb_goldenrun_change", args=[GoldenRun.objects.get().pk]) in text for text in texts)


def test_the_api_names_the_questions(api: Api, refund: Entry) -> None:
    client = api("knowledge:read", "knowledge:write", "knowledge:publish")
    reply = client.patch(f"{ENTRIES}{refund.pk}/", {"status": "archived"}, "application/json")
    problem = reply.json()
    assert (reply.status_code, problem["code"], problem["run"]) == (409, "publish_blocked", GoldenRun.objects.get().pk)
    assert [(one["question"], one["why"], one["before"]["text"]) for one in problem["questions"]] == [
        ("退款多久到账", "lost", ANSWER)
    ]


@pytest.mark.parametrize(("scopes", "status"), [((), 403), (("knowledge:override",), 200)])
def test_the_api_overrides_with_a_reason_and_the_scope(
    api: Api, refund: Entry, scopes: tuple[str, ...], status: int
) -> None:
    client = api("knowledge:read", "knowledge:write", "knowledge:publish", *scopes)
    body = {"status": "archived", "override_reason": "下架"}
    assert client.patch(f"{ENTRIES}{refund.pk}/", body, "application/json").status_code == status
    assert GoldenRun.objects.filter(state="overridden", reason="下架").count() == len(scopes)


def test_the_api_does_not_delete_what_is_needed(api: Api, refund: Entry) -> None:
    client = api("knowledge:read", "knowledge:write", "knowledge:publish")
    assert (client.delete(f"{ENTRIES}{refund.pk}/").status_code, Entry.objects.count()) == (409, 1)


def test_the_command_reports_and_stores_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], refund: Entry
) -> None:
    file = tmp_path / "kb.jsonl"
    file.write_text(json.dumps({"id": "1", "question": "到货多久", "variants": ["退款多久到账"], "answer": "三天"}))
    with pytest.raises(SystemExit):
        call_command("import_kb", str(file), "--publish", "--json")
    errors = json.loads(capsys.readouterr().out.splitlines()[-1])["errors"]
    assert ("退款多久到账" in errors[0]["message"], Entry.objects.count()) == (True, 1)
    call_command("import_kb", str(file), "--publish", "--override-reason", "核对过")
    assert Entry.objects.count() == 2


def test_a_resolved_group_is_kept_answered(desk: Client, refund: Entry) -> None:
    gap = miss("钱啥时候退给我")
    Gap.objects.update(entry=refund, status="resolved")
    for _time in range(2):
        desk.post(reverse("admin:kb_gap_change", args=[gap.pk]), {"do": "golden"})
    golden = GoldenQuestion.objects.get(source="gap")
    assert (golden.question, golden.entry, golden.is_blocking) == ("钱啥时候退给我", refund, True)


def test_an_entry_is_kept_answered_with_all_its_phrasings(desk: Client) -> None:
    entry = make_entry("退款多久到账", ANSWER, variants="钱多久退")
    desk.post(reverse("admin:kb_entry_keep_answered", args=[entry.pk]))
    desk.post(reverse("admin:kb_entry_keep_answered", args=[entry.pk]))
    assert sorted(GoldenQuestion.objects.values_list("question", flat=True)) == ["退款多久到账", "钱多久退"]


def mined_action(desk: Client, *mined: MinedQuestion, **fields: str) -> Any:
    """Accept and publish several frequent questions of the history, from their list."""
    chosen = {"action": "accept_and_publish", "_selected_action": [one.pk for one in mined]}
    return desk.post(reverse("admin:kb_minedquestion_changelist"), {**chosen, **fields})


def test_several_of_the_history_are_stopped_together(desk: Client, refund: Entry) -> None:
    make_golden("退款一般几天到账", refund)
    reply = mined_action(desk, make_mined(), make_mined("退款一般几天到账", "要等一个月。"))
    assert reply.status_code == 409
    assert GoldenRun.objects.values_list("state", "worse").get() == ("blocked", 1)
    assert set(MinedQuestion.objects.values_list("status", flat=True)) == {"pending"}
    assert list(Entry.objects.all()) == [refund]


def test_several_of_the_history_pass_with_a_reason(desk: Client, refund: Entry) -> None:
    make_golden("退款一般几天到账", refund)
    bad = make_mined("退款一般几天到账", "要等一个月。")
    mined_action(desk, bad, gate="override", override_reason="新规定")
    assert Entry.objects.published().count() == 2
    assert GoldenRun.objects.get().state == "overridden"
