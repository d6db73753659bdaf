"""A manager's day: a channel, knowledge for it, a rule, a broadcast, and what came of it."""

from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.journeys.back_office import Manager
from tests.journeys.conftest import OpenPage
from tests.journeys.people import Shopper, snap
from tests.kb.files import make_xlsx

CHANNEL = "会员店"
POINTS = "积分两年内有效，下单时可以抵现。"
GOOD = ("会员积分会过期吗", POINTS, "会员", "", "", "")
BAD = ("会员生日有礼物吗", "", "会员", "", "", "")
OFFER = "周五会员日全场 9 折。"


def test_a_managers_day(manager: Manager, open_page: OpenPage) -> None:
    shopper = Shopper(open_page())
    shopper.open_chat(manager.make_channel(CHANNEL, "club"))
    teach(manager, shopper)
    ask_for_contact_details(manager, shopper)
    write_to_all(manager, shopper)
    look_back(manager)


def teach(manager: Manager, shopper: Shopper) -> None:
    """A file with a bad row stores nothing; the mended one answers customers."""
    manager.upload_knowledge("会员.xlsx", make_xlsx(GOOD, BAD))
    manager.sees("什么都没有保存")
    expect(manager.row("没有填写，客户会收不到回答")).to_contain_text("标准答案")
    snap(manager.page, "manager-import-problem")
    assert manager.finds_entries("会员积分") == 0
    manager.upload_knowledge("会员.xlsx", make_xlsx(GOOD))
    expect(manager.row("会员积分会过期吗")).to_contain_text("新增")
    manager.confirm_import()
    assert manager.finds_entries("会员积分") == 1
    shopper.write("我的会员积分会不会过期")
    shopper.sees_once(POINTS)


def ask_for_contact_details(manager: Manager, shopper: Shopper) -> None:
    """A rule fires on trial, and then in a chat."""
    manager.make_card_rule("企业采购留资", "企业采购", CHANNEL)
    manager.try_rules("想了解企业采购", CHANNEL)
    expect(manager.row("企业采购留资")).to_contain_text("符合")
    manager.sees("发送留资卡片")
    snap(manager.page, "manager-try-rules")
    shopper.write("你们接企业采购吗")
    shopper.wait_for_words("留个联系方式，专人联系您")


def write_to_all(manager: Manager, shopper: Shopper) -> None:
    """Everybody who wrote on the channel gets the message, in the open chat too."""
    manager.make_segment("会员店客户", CHANNEL)
    manager.broadcast("会员日", "会员店客户", "{name|亲}，" + OFFER)
    manager.sees("已完成")
    manager.sees("1 / 1")
    snap(manager.page, "manager-broadcast")
    shopper.wait_for_words(f"亲，{OFFER}")


def look_back(manager: Manager) -> None:
    """The day's figures of the channel, and the weekly report as a workbook."""
    manager.read_board(CHANNEL)
    expect(manager.figure("对话数")).to_have_text("1")
    expect(manager.figure("开口数")).to_have_text("1")
    expect(manager.figure("人工接管率")).to_have_text("0.0%")
    snap(manager.page, "manager-board")
    book = load_workbook(BytesIO(manager.export_week().read_bytes()))
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    assert any("对话数" in row for row in rows)
