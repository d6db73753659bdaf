"""The running shop, browsers, and the people in them."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize, expect, sync_playwright

from tests.journeys.back_office import Manager
from tests.journeys.people import Desk, Shopper
from tests.journeys.shared_shop import Shop, deserted, shared_shop, staffed
from tests.web_double import WebDouble, web_double

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

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(240))


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="package")  # no wider: while it lives, this process can run no other event loop
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = _chromium() or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("no Chromium on this machine: install one, or run `playwright install chromium`")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        expect.set_options(timeout=WAIT_MILLISECONDS)
        yield playwright.chromium.launch(executable_path=path, args=flags)


@pytest.fixture(scope="package")
def shop(browser: Browser) -> Shop:
    """The whole platform as a shop runs it, with knowledge of its own imported while it serves."""
    return shared_shop("\n".join(json.dumps(row, ensure_ascii=False) for row in KNOWLEDGE))


@pytest.fixture
def erp(shop: Shop) -> Iterator[WebDouble]:
    """A system of the merchant's, in the same house."""
    with web_double(shop.erp) as double:
        yield double


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
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
def shopper(open_page: OpenPage, shop: Shop) -> Shopper:
    shopper = Shopper(open_page())
    shopper.enter(f"{shop.address}/")
    return shopper


@pytest.fixture
def deserted_shop() -> Iterator[None]:
    """Nobody is at a desk, and nobody sits down before the test is over."""
    with deserted():
        yield


@pytest.fixture(scope="package")
def agent_state(browser: Browser, shop: Shop) -> StorageState:
    """The agent logs in once, by the form; later tests come with the cookie."""
    with staffed(), browser.new_context(locale="zh-CN", viewport=OFFICE) as context:
        desk = Desk(context.new_page())
        desk.log_in(shop.address, "agent", shop.password)
        desk.step_out()
        return context.storage_state()


@pytest.fixture
def desk(open_page: OpenPage, shop: Shop, agent_state: StorageState) -> Iterator[Desk]:
    """The agent is there during the test, and has stepped out after it."""
    desk = Desk(open_page(OFFICE, agent_state))
    with staffed():
        desk.enter(f"{shop.address}/console/")
        desk.step_in()
        yield desk
        desk.step_out()


@pytest.fixture
def manager(open_page: OpenPage, shop: Shop) -> Manager:
    manager = Manager(open_page(OFFICE), shop.address)
    manager.log_in(shop.password)
    return manager
