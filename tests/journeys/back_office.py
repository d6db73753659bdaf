"""A manager in the back office: finds pages in the sidebar, fills forms in by their labels, reads what they say."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect


class Manager:
    """Somebody who runs the shop, by clicking what the sidebar offers."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.main = page.locator("#main")

    def log_in(self, password: str) -> None:
        self.page.goto(f"{self.address}/login/?next=/admin/")
        self.page.get_by_label("用户名").fill("manager")
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.sees_title("今天")

    def open(self, group: str, line: str) -> None:
        """A page of the sidebar; its group is unfolded first."""
        sidebar = self.page.locator("#nav-sidebar-apps")
        link = sidebar.get_by_role("link", name=line, exact=False).last
        if not link.is_visible():
            sidebar.get_by_role("button", name=group).click()
        link.click()

    def make_channel(self, name: str, key: str) -> str:
        """A website channel; returns the address of its chat page."""
        self._add("渠道与人员", "渠道")
        self.page.get_by_label("名称").fill(name)
        self.page.get_by_label("标识").fill(key)
        self._save()
        return f"{self.address}/chat/{key}/"

    def upload_knowledge(self, name: str, content: bytes) -> None:
        """Up to the page that says what would happen."""
        self.open("知识库", "知识条目")
        self.page.locator("a", has_text="upload_file").filter(has_text="导入").click()
        self.page.locator("input[type=file]").set_input_files([{"name": name, "mimeType": "", "buffer": content}])
        self.page.get_by_label("立即发布").check()
        self.page.get_by_role("button", name="检查文件").click()

    def confirm_import(self) -> None:
        """A worker stores it; the page says when."""
        self.page.get_by_role("button", name="确认导入").click()
        self.page.get_by_role("link", name="查看知识").click()
        self.sees_title("知识条目")

    def finds_entries(self, words: str) -> int:
        """How many entries the list shows for these words."""
        self.open("知识库", "知识条目")
        box = self.page.get_by_role("textbox", name=re.compile("搜索"))
        box.fill(words)
        box.press("Enter")
        self.page.wait_for_url(re.compile(r"[?&]q="))
        return self.page.locator("#result_list tbody tr").count()

    def make_card_rule(self, name: str, word: str, channel: str) -> None:
        """Whoever says this word there is asked for contact details."""
        self._add("智能分流", "分流规则")
        self.page.get_by_label("名称").fill(name)
        self.page.get_by_label("消息中的关键词").fill(word)
        self._pick("渠道", channel)
        self.page.get_by_label("由谁接待").select_option("AI 回答并发送留资卡片")
        self._save()

    def try_rules(self, message: str, channel: str) -> None:
        self.open("智能分流", "试一试规则")
        self.page.get_by_label("客户消息").fill(message)
        self.page.get_by_label("渠道").select_option(channel)
        self.page.get_by_role("button", name="试一试").click()

    def make_segment(self, name: str, channel: str) -> None:
        """Everybody who ever wrote on this channel."""
        self._add("营销", "人群")
        self.page.get_by_label("名称").fill(name)
        self.page.get_by_label(channel).check()
        expect(self.page.get_by_text("位客户符合条件")).to_be_visible()
        self._save()

    def broadcast(self, name: str, segment: str, text: str) -> None:
        """Written, checked on the page, and begun at once, at whatever time of day it is."""
        self._add("营销", "群发")
        self.page.get_by_label("名称").fill(name)
        self._pick("人群", segment)
        self.page.get_by_label("内容").fill(text)
        for label in ("免打扰开始", "免打扰结束"):
            self.page.get_by_label(label).fill("")
        self.page.get_by_role("button", name="保存并立即发送").click()

    def read_board(self, channel: str) -> None:
        """Today's figures of one channel."""
        self.open("", "数据看板")
        self.page.get_by_role("combobox", name="渠道").select_option(channel)
        self.page.get_by_role("button", name="查看").click()
        self.page.get_by_role("link", name="今天", exact=True).last.click()
        expect(self.page.get_by_role("combobox", name="渠道").locator("option:checked")).to_have_text(channel)

    def figure(self, name: str) -> Locator:
        card = self.page.locator("[data-card]").filter(has=self.page.get_by_text(name, exact=True))
        return card.locator(".rp-value > a, .rp-value").first

    def export_week(self) -> Path:
        """The weekly report as a workbook."""
        self.open("数据", "AI 短板周报")
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name="导出整份周报").click()
        return download.value.path()

    def row(self, words: str) -> Locator:
        """The line of a table that says so."""
        return self.page.get_by_role("row").filter(has_text=words)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def sees_title(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def _add(self, group: str, line: str) -> None:
        self.open(group, line)
        self.page.locator('a[href$="/add/"]').first.click()

    def _pick(self, label: str, choice: str) -> None:
        """One choice of a field that searches while one types."""
        self.page.get_by_role("combobox", name=label, exact=True).click()
        self.page.get_by_role("option", name=choice).click()

    def _save(self) -> None:
        self.page.get_by_role("button", name="保存", exact=True).click()
        expect(self.page.get_by_text(re.compile("成功|已创建"))).to_be_visible()
