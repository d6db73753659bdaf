"""The pages of the history: upload, columns, progress, review; and who may not see them."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from cs_platform.models import User
from kb.models import Entry, HistoryImport, MinedQuestion
from tests.factories import make_entry
from tests.kb.files import make_csv
from tests.kb.history import LAMP_ANSWER, POST_ANSWER, import_history, make_mined, shop_history

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/kb/historyimport/add/"
CSV = make_csv(("1", "客户", "有粉色吗"), ("1", "客服", "没有粉色，只有白色。"), header=("会话", "角色", "内容"))


@pytest.fixture
def page(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def upload(client: Client, content: bytes, name: str = "a.jsonl") -> object:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def address(row: HistoryImport | MinedQuestion) -> str:
    return f"/admin/kb/{row._meta.model_name}/{row.pk}/change/"


def test_an_upload_leads_to_its_progress(page: Client) -> None:
    response = upload(page, shop_history())
    history = HistoryImport.objects.get()
    assert response.url == address(history)
    assert page.get(f"/admin/kb/historyimport/{history.pk}/progress/").status_code == 200


@pytest.mark.parametrize(("name", "content"), [("a.docx", b"x"), ("a.csv", b"")])
def test_a_file_that_cannot_be_read_is_refused_at_the_field(page: Client, name: str, content: bytes) -> None:
    assert upload(page, content, name).context["form"].errors["file"]
    assert not HistoryImport.objects.exists()


def test_the_columns_are_asked_for_with_a_guess(page: Client) -> None:
    history = import_history(CSV, "a.csv")
    form = page.get(address(history)).context["form"]
    assert [form[name].initial for name in ("conversation", "who", "text")] == ["会话", "角色", "内容"]
    chosen = {name: form[name].initial or "" for name in form.fields}
    assert page.post(address(history), chosen).url == address(history)
    history.refresh_from_db()
    assert history.status == "splitting"


def test_columns_that_tell_no_agent_are_refused(page: Client) -> None:
    history = import_history(CSV, "a.csv")
    chosen = {"conversation": "会话", "who": "角色", "text": "内容", "time": "", "others": "customer"}
    answer = page.post(address(history), {**chosen, "speaker_0": "customer", "speaker_1": "customer"})
    assert answer.context["form"].non_field_errors()
    history.refresh_from_db()
    assert history.status == "mapping"


def test_a_file_is_taken_out_again(page: Client, words_only: None) -> None:
    history = import_history(shop_history())
    page.post(address(history), {"do": "remove"})
    assert not HistoryImport.objects.exists()


def test_the_list_shows_what_waits(page: Client) -> None:
    make_mined()
    make_mined("有几种颜色", status="rejected")
    text = page.get("/admin/kb/minedquestion/").content.decode()
    assert "台灯的灯泡怎么换" in text and "有几种颜色" not in text
    assert "50.0\u00a0%" in text


def test_publishing_leads_to_the_next_question(page: Client) -> None:
    mined, following = make_mined(), make_mined("有几种颜色", count=2)
    fields = {"question": "灯泡怎么换", "answer": LAMP_ANSWER, "phrasings": "换灯泡", "category": "", "do": "publish"}
    assert page.post(address(mined), fields).url == address(following)
    assert Entry.objects.get().status == "published"


def test_a_question_that_exists_is_refused_at_the_field_and_what_was_written_stays(page: Client) -> None:
    make_entry("灯泡怎么换")
    mined = make_mined()
    answer = page.post(address(mined), {"question": "灯泡怎么换", "answer": "我写的", "do": "draft"})
    assert answer.context["form"].errors["question"]
    assert "我写的" in answer.content.decode()


def test_who_comes_second_is_told(page: Client, manager: User) -> None:
    mined = make_mined(status="accepted", reviewed_by=manager)
    answer = page.post(address(mined), {"question": "灯泡", "answer": "a", "do": "draft"}, follow=True)
    assert "manager" in answer.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("kind", ["entry", "question"])
def test_merging(page: Client, kind: str) -> None:
    mined = make_mined()
    target = make_entry("怎么换灯泡") if kind == "entry" else make_mined("怎么换灯泡")
    page.post(address(mined), {"do": "merge", "target": f"{kind}:{target.pk}"})
    mined.refresh_from_db()
    assert mined.status == "merged"
    assert "0.0 %" not in page.get(address(mined)).content.decode()


@pytest.mark.parametrize("target", ["", "entry:0", "entry:x", "question:99999999999999999999"])
def test_a_target_that_is_none_changes_nothing(page: Client, target: str) -> None:
    mined = make_mined()
    assert page.post(address(mined), {"do": "merge", "target": target}).status_code == 200
    mined.refresh_from_db()
    assert mined.status == "pending"


def test_texts_of_customers_are_shown_as_text(page: Client) -> None:
    mined = make_mined("<script>alert(1)</script>", answers=[["<b>hi</b>", 2]])
    text = page.get(address(mined)).content.decode()
    assert "<script>alert(1)" not in text and "<b>hi" not in text


@pytest.mark.parametrize("path", [UPLOAD, "/admin/kb/minedquestion/", "/admin/kb/historyimport/"])
def test_an_integrator_sees_nothing_of_it(client: Client, integrator: User, path: str) -> None:
    client.force_login(integrator)
    assert client.get(path).status_code == 403


def test_the_command_prints_what_the_contract_says(tmp_path, capsys: pytest.CaptureFixture, words_only: None) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(shop_history())
    call_command("import_history", str(path), "--json")
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["conversations"], found["questions"], found["clusters"]) == (6, 6, found["drafts"])
    assert found["top"][0].keys() == {"question", "count", "share"}


def test_a_file_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        call_command("import_history", "/nowhere.jsonl")


def test_what_to_merge_into_is_found_by_words(page: Client) -> None:
    mined = make_mined()
    make_mined("发什么快递", count=4), make_mined("可以开发票吗", count=2)
    make_entry("可以开专票吗"), make_entry("到货要多久")
    found = page.get(f"/admin/kb/minedquestion/{mined.pk}/targets/", {"words": "开"}).content.decode()
    assert ("可以开发票吗" in found, "可以开专票吗" in found) == (True, True)
    assert "发什么快递" not in found and "到货要多久" not in found


def test_who_may_not_see_the_history_finds_nothing(client: Client, agent: User) -> None:
    mined = make_mined()
    client.force_login(agent)
    assert client.get(f"/admin/kb/minedquestion/{mined.pk}/targets/").status_code in (302, 403)


def test_conversations_stand_beside_the_question(page: Client, words_only: None) -> None:
    import_history(shop_history())
    mined = MinedQuestion.objects.get(question="今天下单什么时候发货？")
    samples = page.get(address(mined)).context["samples"]
    assert [(row.text, row.answer) for row in samples] == [("今天下单什么时候发货？", POST_ANSWER)]
