"""Whole visits in real browsers: a shopper is answered and taken over, an integrator connects the shop's systems."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize, expect, sync_playwright
from standardwebhooks.webhooks import Webhook

from reports.stand.stand import Stand, free_port
from tests.integrator import Integrator, call, wait_for
from tests.marketing.shop import picture
from tests.people import Desk, Shopper
from tests.web_double import WebDouble, web_double

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

WAIT_MILLISECONDS = 20_000  # for a machine that does much else; nothing waits longer than it must
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
OFFICE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NEVER_SEND = "付款后四十八小时内从杭州仓发出，预售商品以页面写的日期为准。"
INVOICE = "可以开电子发票，下单时填写抬头即可。"
WASHING = "可以机洗，水温不超过三十度，请装洗衣袋，不要烘干。"
KNOWLEDGE = [
    {"id": "1", "question": "多久发货", "variants": ["什么时候发货"], "answer": NEVER_SEND, "category": "物流"},
    {"id": "2", "question": "羊毛毯怎么清洗", "answer": WASHING, "category": "商品"},
    {"id": "3", "question": "可以开发票吗", "answer": INVOICE, "category": "发票"},
    {"id": "4", "question": "退货运费谁承担", "answer": "质量问题由我们承担来回运费。", "category": "售后"},
]


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = _chromium() or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("no Chromium on this machine: install one, or run `playwright install chromium`")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        expect.set_options(timeout=WAIT_MILLISECONDS)
        yield playwright.chromium.launch(executable_path=path, args=flags)


@pytest.fixture(scope="module")
def erp() -> Iterator[WebDouble]:
    """A system of the merchant's, in the same house."""
    with web_double() as double, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTBOUND_ALLOWED", double.place)
        yield double


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, erp: WebDouble) -> Iterator[Stand]:
    """The whole platform as a shop runs it, with knowledge of its own imported while it serves."""
    stand = Stand(tmp_path_factory.mktemp("shop"), free_port(), web=1, workers=1)
    stand.start()
    try:
        stand.wait_until_ready()
        stand.import_knowledge(KNOWLEDGE)
        yield stand
    finally:
        assert stand.stop() == 0, "processes lived on"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[[ViewportSize], Page]]:
    """A browser profile with one page; whatever the page's scripts throw fails the test."""
    contexts: list[BrowserContext] = []
    thrown: list[str] = []

    def open_one(size: ViewportSize = DESKTOP, state: StorageState | None = None) -> Page:
        context = browser.new_context(locale="zh-CN", viewport=size, has_touch=size is PHONE, storage_state=state)
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: thrown.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert thrown == []


@pytest.fixture
def shopper(open_page: Callable[..., Page], shop: Stand) -> Shopper:
    shopper = Shopper(open_page())
    shopper.enter(f"http://{shop.root}/")
    return shopper


@pytest.fixture(scope="module")
def agent_state(browser: Browser, shop: Stand) -> StorageState:
    """The agent logs in once, by the form; later tests come with the cookie."""
    with browser.new_context(locale="zh-CN", viewport=OFFICE) as context:
        Desk(context.new_page()).log_in(f"http://{shop.root}", "agent", shop.password)
        return context.storage_state()


@pytest.fixture
def desk(open_page: Callable[..., Page], shop: Stand, agent_state: StorageState) -> Desk:
    desk = Desk(open_page(OFFICE, agent_state))
    desk.enter(f"http://{shop.root}/console/")
    return desk


def snap(page: Page, name: str) -> None:
    """A screenshot for people, where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_question_in_own_words_gets_the_stored_answer(shopper: Shopper) -> None:
    shopper.write("我昨天拍的东西啥时候能给我发出来呀")
    shopper.sees_once(NEVER_SEND)
    shopper.write("毯子脏了能不能放洗衣机里洗")
    shopper.sees_once(WASHING)
    snap(shopper.page, "widget-answer")


def test_an_unknown_question_gets_an_honest_reply_and_the_way_to_a_person(shopper: Shopper) -> None:
    shopper.write("周杰伦下一场演唱会在哪个城市")
    shopper.wait_for_words("没有把握")
    snap(shopper.page, "widget-unknown")
    shopper.choose("转人工客服")
    shopper.sees_status("您的问题已记录")


def test_where_nobody_is_there_a_message_is_left(shopper: Shopper) -> None:
    shopper.write("转人工")
    shopper.choose("留言")
    shopper.wait_for_words("请写下您的问题和联系方式")
    shopper.write("杯子收到就碎了，电话 13912345678")
    snap(shopper.page, "widget-leaving")


def test_a_word_brings_a_card_and_the_shopper_leaves_contact_details(shopper: Shopper) -> None:
    shopper.write("你们有团购价吗")
    shopper.fill_in_card(手机号="138 0013 8000", 品类和数量="杯子 30 个")
    shopper.wait_for_words("138****8000")
    shopper.wait_for_words("已登记，团购专员会尽快给您报价")
    shopper.reload()
    shopper.wait_for_words("138****8000")


def test_a_picture_is_sent_and_shown(shopper: Shopper) -> None:
    shopper.send_picture("破损.png", picture())
    shopper.wait_for_words("看不了图片")


def test_a_person_takes_over_with_the_whole_history(shopper: Shopper, desk: Desk) -> None:
    shopper.write("多久发货")
    shopper.sees_once(NEVER_SEND)
    ask_for_a_person(shopper, "我买的四个杯子少了一个")
    snap(shopper.page, "widget-queued")
    desk.open("多久发货")
    for text in ("多久发货", NEVER_SEND, "我买的四个杯子少了一个", "转人工"):
        desk.sees_once(text)
    snap(desk.page, "console-queue")
    desk.claim()
    desk.write("非常抱歉，马上给您补寄一个。")
    shopper.sees_once("非常抱歉，马上给您补寄一个。")
    shopper.sees_status("小禾 正在为您服务")
    snap(shopper.page, "widget-person")


def test_after_a_reload_of_both_nothing_is_lost_or_doubled(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "杯子的手柄断了，能换一个吗")
    before = shopper.texts()
    shopper.reload()
    desk.page.reload()
    expect(shopper.bubbles).to_have_count(len(before))
    assert shopper.texts() == before
    desk.sees_once("可以，我给您换。")
    shopper.write("太好了")
    desk.sees_once("太好了")
    snap(desk.page, "console-reloaded")


def test_the_agent_closes_and_the_shopper_rates(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "台灯不亮了怎么办")
    desk.close()
    shopper.sees_status("本次会话已结束")
    snap(shopper.page, "widget-closed")
    shopper.rate("非常满意")
    snap(shopper.page, "widget-rated")


def test_an_agents_day(shopper: Shopper, desk: Desk) -> None:
    shopper.write("多久发货")
    shopper.sees_once(NEVER_SEND)
    ask_for_a_person(shopper, "包裹里的花瓶碎了")
    desk.open("多久发货")
    desk.claim()
    shopper.write("可以开发票吗")
    desk.send_suggestion(INVOICE)
    shopper.sees_once(INVOICE)
    shopper.sees_once(desk.send_canned("抱歉"))
    desk.mark_wrong(NEVER_SEND, "付款后当天发出。")
    desk.open_ticket("花瓶碎了，补寄一个")
    desk.sees_line("已建工单")
    snap(desk.page, "console-day")
    desk.transfer_to("售后组", "请补寄花瓶")
    serve_on(shopper, desk)


def test_while_a_person_answers_the_ai_is_silent_until_it_is_given_back(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "窗帘尺寸买错了怎么处理")
    shopper.write("羊毛毯怎么清洗")
    desk.sees_once("羊毛毯怎么清洗")
    desk.give_back()
    shopper.sees_once(WASHING)


def test_the_widget_fills_a_phone(open_page: Callable[..., Page], shop: Stand) -> None:
    shopper = Shopper(open_page(PHONE))
    shopper.enter(f"http://{shop.root}/")
    snap(shopper.page, "phone-open")
    shopper.write("多久发货")
    shopper.sees_once(NEVER_SEND)
    snap(shopper.page, "phone-answer")
    box = shopper.page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE["width"])
    assert box["height"] <= PHONE["height"]
    shopper.leave()
    expect(shopper.page.get_by_role("dialog")).to_be_hidden()


def ask_for_a_person(shopper: Shopper, question: str) -> None:
    shopper.write(question)
    shopper.call_a_person()
    shopper.sees_status("排")


def serve_on(shopper: Shopper, desk: Desk) -> None:
    """The chat is taken up again, ends, and is rated under the agent's eyes."""
    desk.claim()
    desk.close()
    shopper.rate("非常满意")
    desk.sees_line("客户评价 5 分")


def serve(shopper: Shopper, desk: Desk, question: str) -> None:
    """A person has the chat and has answered."""
    ask_for_a_person(shopper, question)
    desk.open(question)
    desk.claim()
    desk.write("可以，我给您换。")
    shopper.sees_once("可以，我给您换。")


def test_an_integrator_connects_the_shops_systems(open_page: Callable[..., Page], shop: Stand, erp: WebDouble) -> None:
    integrator = Integrator(open_page(), f"http://{shop.root}")
    integrator.log_in(shop.password)
    key = integrator.make_key("ERP", ["customers:read", "customers:write"])
    secret = integrator.make_endpoint(f"{erp.url}/hook", ["customer.updated"])
    customer = {"external_id": "erp-1", "name": "林小满", "phone": "13812345678"}
    status, created = call(integrator.address, key, "POST", "/api/v1/customers/", customer)
    assert (status, created["phone"]) == (201, "138****5678")
    asked = wait_for(erp, "customer.updated")
    told = Webhook(secret).verify(asked.body, asked.headers)
    assert told["data"]["customer_id"] == created["id"]
    integrator.sees_delivered("customer.updated")
    integrator.revoke("ERP")
    assert call(integrator.address, key, "GET", "/api/v1/customers/")[0] == 401
