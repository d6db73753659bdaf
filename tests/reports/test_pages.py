"""The pages of reports: who gets in, what they cost, that they follow what happens, and what they give away."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ

from cs_platform.models import User
from reports.building import build_episodes
from reports.exports import harmless
from reports.pages import PAGES
from tests.factories import make_channel, make_conversation, write

pytestmark = pytest.mark.django_db

ADDRESSES = [f"/admin/reports/{name}/" for name in PAGES]
TODAY = f"{timezone.localtime():%Y-%m-%d}"


def talk(times: int = 1, text: str = "怎么退货") -> None:
    for _ in range(times):
        conversation = make_conversation(make_channel(name="=1+1"))
        write(conversation, text)
        build_episodes([conversation.pk])


@pytest.mark.parametrize("address", ADDRESSES)
def test_managers_only(client: Client, manager: User, integrator: User, agent: User, address: str) -> None:
    talk()
    for user, status in ((manager, 200), (integrator, 403), (agent, 302)):
        client.force_login(user)
        assert client.get(address).status_code == status


@pytest.mark.parametrize("address", ADDRESSES)
def test_more_rows_need_no_more_queries(client: Client, manager: User, address: str) -> None:
    client.force_login(manager)
    talk(2)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    talk(8)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few)


def test_an_open_board_is_told_only_of_changes(client: Client, manager: User) -> None:
    talk()
    client.force_login(manager)
    stamp = client.get("/admin/reports/board/").context["stamp"]
    assert client.get("/admin/reports/board/", {"since": stamp}).status_code == 204
    talk()
    page = client.get("/admin/reports/board/", {"since": stamp})
    assert page.status_code == 200 and page.context["stamp"] != stamp


def test_whoever_lost_the_role_hears_nothing_more(client: Client, manager: User) -> None:
    talk()
    client.force_login(manager)
    stamp = client.get("/admin/reports/board/").context["stamp"]
    manager.groups.clear()
    assert client.get("/admin/reports/board/", {"since": stamp}).status_code == 403


def test_a_manager_removes_the_demo_history_with_one_button(client: Client, manager: User, integrator: User) -> None:
    client.force_login(integrator)
    assert client.post("/admin/reports/remove-demo/").status_code == 403
    client.force_login(manager)
    assert client.get("/admin/reports/remove-demo/").status_code == 302
    assert not OrmQ.objects.exists()
    assert client.post("/admin/reports/remove-demo/").status_code == 302
    assert OrmQ.objects.count() == 1


def test_definitions_stand_beside_the_figures(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.get("/admin/reports/board/").content.decode()
    assert 'data-tip="客户至少发过一条消息的对话。"' in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1+1", "＝1+1", "\n=1"])
def test_no_cell_can_be_executed(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["1-2", "a=b", "", 5, -5, 0.5, None])
def test_what_does_no_harm_stays_as_it_is(value: Any) -> None:
    assert harmless(value) == value


def test_a_table_as_csv(client: Client, manager: User) -> None:
    talk(2)
    client.force_login(manager)
    reply = client.get("/admin/reports/export/board/channels.csv")
    content = reply.content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert content.startswith(b"\xef\xbb\xbf")
    assert [row[:3] for row in rows] == [["渠道", "对话数", "开口数"], ["'=1+1", "1", "1"], ["'=1+1", "1", "1"]]


def test_a_table_as_a_workbook(client: Client, manager: User) -> None:
    from openpyxl import load_workbook

    talk()
    client.force_login(manager)
    reply = client.get("/admin/reports/export/board/channels.xlsx")
    sheet = load_workbook(io.BytesIO(reply.content)).active
    assert [[cell.value for cell in row[:2]] for row in sheet.iter_rows()] == [["渠道", "对话数"], ["'=1+1", 1]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("address", ["board/nothing.csv", "nowhere/channels.csv", "board/channels.exe"])
def test_what_does_not_exist_is_not_exported(client: Client, manager: User, address: str) -> None:
    client.force_login(manager)
    assert client.get(f"/admin/reports/export/{address}").status_code == 404


def test_rows_are_exported_by_the_same_words(client: Client, manager: User) -> None:
    talk(text="@SUM(A1)")
    client.force_login(manager)
    reply = client.get("/admin/reports/episode/export.csv", {"start": TODAY, "end": TODAY, "figure": "engaged"})
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert [(row["question"], row["channel__name"]) for row in rows] == [("'@SUM(A1)", "'=1+1")]


@pytest.mark.parametrize("address", ["export/board/channels.csv", "episode/export.csv"])
def test_exports_are_for_managers(client: Client, integrator: User, address: str) -> None:
    client.force_login(integrator)
    assert client.get(f"/admin/reports/{address}").status_code == 403


def test_the_charts_script_is_served_and_nothing_else_of_its_package(client: Client) -> None:
    assert client.get("/static/reports/echarts.min.js").status_code == 200
    assert client.get("/static/reports/x2e-runtime.js").status_code == 404
