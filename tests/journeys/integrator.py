"""An integrator in a real browser, and the program that is written meanwhile."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page, expect

from tests.web_double import Asked, WebDouble


class Integrator:
    """Somebody who connects the shop's systems, by clicking what the sidebar offers."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def log_in(self, password: str) -> None:
        self.page.goto(f"{self.address}/login/?next=/admin/")
        self.page.get_by_label("用户名").fill("integrator")
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_role("link", name="API 密钥")).to_be_visible()

    def make_key(self, name: str, scopes: Sequence[str]) -> str:
        self._add("API 密钥")
        self.page.get_by_label("名称").fill(name)
        return self._save(scopes)

    def make_endpoint(self, url: str, events: Sequence[str]) -> str:
        self._add("Webhook 地址")
        self.page.get_by_label("地址").first.fill(url)
        return self._save(events)

    def sees_delivered(self, event: str) -> None:
        self.page.get_by_role("link", name="Webhook 投递").click()
        row = self.page.get_by_role("row").filter(has_text=event)
        expect(row.get_by_text("已送达")).to_be_visible()

    def revoke(self, name: str) -> None:
        self.page.get_by_role("link", name="API 密钥").first.click()
        self.page.get_by_role("link", name=name, exact=True).click()
        self.page.get_by_role("link", name="吊销").click()
        self.page.get_by_role("button", name="吊销").click()
        expect(self.page.get_by_text("密钥已失效").first).to_be_visible()

    def _add(self, pages: str) -> None:
        self.page.get_by_role("link", name=pages).first.click()
        self.page.locator('a[href$="/add/"]').first.click()

    def _save(self, ticks: Sequence[str]) -> str:
        for value in ticks:
            self.page.locator(f'input[value="{value}"]').check()
        self.page.get_by_role("button", name="保存", exact=True).click()
        secret = self.page.locator("#secret").inner_text()
        self.page.get_by_role("link", name="我已复制").click()
        return secret


def call(address: str, key: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """One request of a program that knows nothing but the documentation."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    content = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{address}{path}", content, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:  # noqa: S310
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def wait_for(double: WebDouble, event: str, seconds: float = 30.0) -> Asked:
    """The first request about this event that arrives."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := next((asked for asked in double.asked if event.encode() in asked.body), None):
            return found
        time.sleep(0.05)
    raise AssertionError(f"no {event} arrived")
