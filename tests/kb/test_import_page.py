"""The import page: look first, then confirm; nobody else's upload, and not for everybody."""

import io
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_q.models import OrmQ
from openpyxl import load_workbook

from cs_platform.models import User
from kb.models import Entry
from kb.readers.sandbox import Watch, parse_in_process, use_parser
from kb.uploads import Status, read_upload, store_upload
from tests.kb.files import cells_of, make_xlsx
from tests.kb.policies import RETURNS, make_docx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_child")]

URL = "/admin/kb/entry/import/"
GOOD = make_xlsx(("怎么退货", "点申请售后", "售后"))


def upload(client: Client, content: bytes, name: str = "a.xlsx", **fields: str) -> str:
    """Send a file and let a worker read it; the address of what was found."""
    response = client.post(URL, {"file": SimpleUploadedFile(name, content), **fields})
    read_upload(token_of(response.url))
    return response.url


def token_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["upload"][0]


def status(client: Client, url: str) -> Status:
    return client.get(url).context["status"]


def confirm(client: Client, url: str, **fields: str) -> Status:
    assert client.post(URL, {"token": token_of(url), **fields}).url == url
    store_upload(token_of(url))
    return status(client, url)


@pytest.fixture
def managers_client(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_an_upload_is_read_in_the_background(
    managers_client: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks() as work:
        url = managers_client.post(URL, {"file": SimpleUploadedFile("a.xlsx", GOOD)}).url
    assert managers_client.get(f"{url}&json").json() == {"stage": "waiting", "done": 0, "of": 0}
    assert len(work) == 1 and not OrmQ.objects.exists()


def test_a_large_table_is_left_to_a_worker(managers_client: Client) -> None:
    managers_client.post(URL, {"file": SimpleUploadedFile("a.csv", b"a" * (1024 * 1024 + 1))})
    assert OrmQ.objects.get().task["func"] == "kb.uploads.read_upload"


def test_an_upload_that_nobody_works_on_any_more_says_so(
    managers_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = managers_client.post(URL, {"file": SimpleUploadedFile("a.xlsx", GOOD)}).url
    later = time.time() + 200
    monkeypatch.setattr(time, "time", lambda: later)
    assert status(managers_client, url).stage == "interrupted"
    assert "被中断" in managers_client.get(url).content.decode()


def test_an_upload_is_shown_and_not_stored(managers_client: Client) -> None:
    found = status(managers_client, upload(managers_client, GOOD))
    assert (found.stage, found.counts) == ("ready", {"created": 1, "updated": 0, "skipped": 0})
    assert not Entry.objects.exists()


def test_confirming_stores_what_was_shown(managers_client: Client, manager: User) -> None:
    assert confirm(managers_client, upload(managers_client, GOOD, publish="on")).stage == "done"
    entry = Entry.objects.get()
    assert (entry.question, entry.status, entry.updated_by) == ("怎么退货", Entry.Status.PUBLISHED, manager)


def test_a_suggested_question_is_shown_as_one(managers_client: Client) -> None:
    page = managers_client.get(upload(managers_client, make_docx(RETURNS), "政策.docx"))
    text = page.content.decode()
    assert "换货流程是怎样的？" in text and "有 2 个问题是根据标题建议的" in text and "第 3 段" in text


@pytest.mark.parametrize(("fields", "published"), [({}, 2), ({"publish_suggested": "on"}, 4)])
def test_suggested_questions_are_published_only_when_wanted(
    managers_client: Client, fields: dict[str, str], published: int
) -> None:
    confirm(managers_client, upload(managers_client, make_docx(RETURNS), "政策.docx", publish="on"), **fields)
    assert (Entry.objects.published().count(), Entry.objects.count()) == (published, 4)


def test_problems_are_listed_by_place_and_cannot_be_confirmed(managers_client: Client) -> None:
    url = upload(
        managers_client, make_docx([(0, "问：怎么退货？"), (0, "问：怎么换货？"), (0, "答：点换货")]), "a.docx"
    )
    page = managers_client.get(url).content.decode()
    assert "第 1 段" in page and "没有填写" in page
    assert confirm(managers_client, url).stage == "failed" and not Entry.objects.exists()


def test_problems_are_told_in_the_language_of_who_uploaded_the_file(managers_client: Client) -> None:
    managers_client.cookies["django_language"] = "en"
    page = managers_client.get(upload(managers_client, make_xlsx(("怎么退货", ""))))
    assert "Empty, so customers would get no reply" in page.content.decode()


def test_an_upload_is_confirmed_once(managers_client: Client) -> None:
    url = upload(managers_client, GOOD)
    confirm(managers_client, url)
    Entry.objects.all().delete()
    confirm(managers_client, url)
    assert not Entry.objects.exists()


def test_a_job_that_runs_twice_changes_nothing(managers_client: Client) -> None:
    url = upload(managers_client, GOOD)
    confirm(managers_client, url)
    store_upload(token_of(url))
    assert status(managers_client, url).counts["created"] == 1


def test_nobody_sees_or_confirms_a_colleague_s_upload(managers_client: Client, admin_user: User) -> None:
    url = upload(managers_client, GOOD)
    managers_client.force_login(admin_user)
    assert managers_client.get(url).url == URL
    managers_client.post(URL, {"token": token_of(url)})
    store_upload(token_of(url))
    assert not Entry.objects.exists()


def test_an_upload_that_is_gone_says_so(managers_client: Client) -> None:
    assert managers_client.get(f"{URL}?upload=0&json").json() == {"stage": "gone"}


def test_a_file_over_the_limit_is_refused(managers_client: Client, settings: object) -> None:
    settings.IMPORT_FILE_BYTES_MAX = 1000
    page = managers_client.post(URL, {"file": SimpleUploadedFile("a.xlsx", b"0" * 1001)})
    assert page.context["form"].errors["file"]


def test_the_browser_is_told_what_is_too_large(managers_client: Client) -> None:
    page = managers_client.get(URL).content.decode()
    assert 'data-bytes-max="20971520"' in page and "文件超过 20 MB，请拆成几个文件。" in page


def test_cells_of_an_upload_are_shown_as_text(managers_client: Client) -> None:
    page = managers_client.get(upload(managers_client, make_xlsx(("<script>alert(1)</script>", "a"))))
    assert "<script>alert(1)" not in page.content.decode()


def test_an_integrator_cannot_import(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    assert client.post(URL, {"file": SimpleUploadedFile("a.xlsx", GOOD)}).status_code == 403
    assert not OrmQ.objects.exists()


def test_an_agent_is_not_let_in(client: Client, agent: User) -> None:
    client.force_login(agent)
    assert client.post(URL, {"file": SimpleUploadedFile("a.xlsx", GOOD)}).status_code == 302
    assert not OrmQ.objects.exists()


def test_the_template_can_be_imported(managers_client: Client) -> None:
    template = managers_client.get("/admin/kb/entry/template/").content
    assert cells_of(template)[0][1:3] == ["客户问法", "标准答案"]
    assert status(managers_client, upload(managers_client, template)).counts["created"] == 3


def test_an_export_has_all_entries(managers_client: Client) -> None:
    confirm(managers_client, upload(managers_client, GOOD))
    response = managers_client.get("/admin/kb/entry/export/xlsx/")
    assert response["Content-Disposition"].startswith('attachment; filename="knowledge-')
    assert cells_of(response.content)[1][1:4] == ["怎么退货", "点申请售后", "售后"]


def test_a_file_is_parsed_once(managers_client: Client) -> None:
    parsed: list[str] = []

    def counting(kind: str, content: bytes, options: Mapping[str, Any], watch: Watch) -> list[Any]:
        parsed.append(kind)
        return parse_in_process(kind, content, options, watch)

    with use_parser(counting):
        confirm(managers_client, upload(managers_client, make_docx(RETURNS), "政策.docx"))
    assert parsed == ["docx"] and Entry.objects.count() == 4


def test_the_template_offers_statuses_and_explains_its_columns(managers_client: Client) -> None:
    book = load_workbook(io.BytesIO(managers_client.get("/admin/kb/entry/template/").content))
    sheet, help_sheet = book.worksheets
    assert any(choice.formula1 == '"草稿,发布"' for choice in sheet.data_validations.dataValidation)
    assert sheet["B1"].comment.text.startswith("必填")
    assert help_sheet.title == "填写说明" and help_sheet["A3"].value == "客户问法"
