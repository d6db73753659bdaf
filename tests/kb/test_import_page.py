"""The import page: look first, then confirm; nobody else's upload, and not for everybody."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.models import Entry
from tests.kb.files import cells_of, make_xlsx

pytestmark = pytest.mark.django_db

URL = "/admin/kb/entry/import/"
GOOD = make_xlsx(("怎么退货", "点申请售后", "售后"))


def upload(client: Client, content: bytes, name: str = "a.xlsx", **fields: str) -> object:
    return client.post(URL, {"file": SimpleUploadedFile(name, content), **fields})


@pytest.fixture
def managers_client(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_an_upload_is_shown_and_not_stored(managers_client: Client) -> None:
    page = upload(managers_client, GOOD)
    assert page.context["result"].counts == {"created": 1, "updated": 0, "skipped": 0}
    assert not Entry.objects.exists()


def test_confirming_stores_what_was_shown(managers_client: Client, manager: User) -> None:
    token = upload(managers_client, GOOD, publish="on").context["token"]
    response = managers_client.post(URL, {"token": token})
    assert response.url == reverse("admin:kb_entry_changelist")
    entry = Entry.objects.get()
    assert (entry.question, entry.status, entry.updated_by) == ("怎么退货", Entry.Status.PUBLISHED, manager)


def test_problems_are_listed_by_row_and_cannot_be_confirmed(managers_client: Client) -> None:
    page = upload(managers_client, make_xlsx(("怎么退货", "")))
    assert [problem.row for problem in page.context["problems"]] == [2]
    assert not page.context["token"]
    assert "没有填写" in page.content.decode()


def test_an_upload_is_confirmed_once(managers_client: Client) -> None:
    token = upload(managers_client, GOOD).context["token"]
    managers_client.post(URL, {"token": token})
    assert managers_client.post(URL, {"token": token}).url == URL


def test_nobody_confirms_a_colleague_s_upload(managers_client: Client, admin_user: User) -> None:
    token = upload(managers_client, GOOD).context["token"]
    managers_client.force_login(admin_user)
    managers_client.post(URL, {"token": token})
    assert not Entry.objects.exists()


def test_a_file_over_the_limit_is_refused(managers_client: Client, settings: object) -> None:
    settings.IMPORT_FILE_BYTES_MAX = 1000
    page = upload(managers_client, b"0" * 1001)
    assert page.context["form"].errors["file"]


def test_cells_of_an_upload_are_shown_as_text(managers_client: Client) -> None:
    page = upload(managers_client, make_xlsx(("<script>alert(1)</script>", "a")))
    assert "<script>alert(1)" not in page.content.decode()


def test_an_integrator_cannot_import(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    assert upload(client, GOOD).status_code == 403
    assert not Entry.objects.exists()


def test_an_agent_is_not_let_in(client: Client, agent: User) -> None:
    client.force_login(agent)
    assert upload(client, GOOD).status_code == 302
    assert not Entry.objects.exists()


def test_the_template_can_be_imported(managers_client: Client) -> None:
    template = managers_client.get("/admin/kb/entry/template/").content
    assert cells_of(template)[0][1] == "客户问法"
    assert upload(managers_client, template).context["result"].counts["created"] == 2


def test_an_export_has_all_entries(managers_client: Client) -> None:
    upload(managers_client, GOOD)
    token = upload(managers_client, GOOD).context["token"]
    managers_client.post(URL, {"token": token})
    response = managers_client.get("/admin/kb/entry/export/xlsx/")
    assert response["Content-Disposition"].startswith('attachment; filename="knowledge-')
    assert cells_of(response.content)[1][1:4] == ["怎么退货", "点申请售后", "售后"]
