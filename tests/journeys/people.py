"""A shopper and an agent in real browsers: they do and see what people do and see, by the words on the page."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect


class Shopper:
    """Somebody on the demo shop's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log", name="聊天记录")
        self.bubbles = self.log.locator(".bubble")

    def enter(self, address: str) -> None:
        self.page.goto(address)
        self.page.get_by_role("button", name="打开客服聊天").click()
        expect(self.page.get_by_role("dialog")).to_be_visible()

    def open_chat(self, address: str) -> None:
        """The chat as a page of its own, as behind a link or a QR code."""
        self.page.goto(address)
        expect(self.page.get_by_role("textbox", name="输入消息")).to_be_visible()

    def write(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="输入消息")
        box.fill(text)
        box.press("Enter")
        self.sees_once(text)

    def wait_for_words(self, words: str) -> None:
        expect(self.log.get_by_text(words).last).to_be_visible()

    def sees_once(self, text: str) -> None:
        expect(_bubbles(self.log, text)).to_have_count(1)

    def sees_status(self, words: str) -> None:
        expect(self.page.get_by_role("dialog").get_by_text(words).first).to_be_visible()

    def call_a_person(self) -> None:
        self.page.get_by_role("button", name="转接人工客服").click()

    def choose(self, option: str) -> None:
        self.log.get_by_role("button", name=option).last.click()

    def fill_in_card(self, **values: str) -> None:
        """Fill in the newest form of the chat by its labels, agree and send it."""
        form = self.log.locator("form").last
        for label, value in values.items():
            form.get_by_label(label).fill(value)
        form.get_by_role("checkbox").check()
        form.get_by_role("button", name="提交").click()
        expect(self.log.get_by_text("已提交")).to_be_visible()

    def send_picture(self, name: str, content: bytes) -> None:
        self.page.locator("input[type=file]").set_input_files(
            [{"name": name, "mimeType": "image/png", "buffer": content}]
        )
        expect(self.page.get_by_role("button", name=f"移除 {name}")).to_be_visible()
        self.page.get_by_role("button", name="发送", exact=True).click()
        expect(self.log.get_by_role("img", name=f"图片 {name}")).to_be_visible()

    def rate(self, word: str) -> None:
        self.page.get_by_role("radio", name=re.compile(word)).check(force=True)
        self.page.get_by_role("button", name="提交评价").click()
        expect(self.page.get_by_text("感谢您的评价").first).to_be_visible()

    def texts(self) -> list[str]:
        """Every message of the thread as it is shown, in order."""
        return self.bubbles.all_inner_texts()

    def leave(self) -> None:
        self.page.get_by_role("button", name="收起聊天").first.click()

    def reload(self) -> None:
        self.page.reload()
        expect(self.page.get_by_role("dialog")).to_be_visible()


class Desk:
    """An agent at the console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log", name="会话消息")
        self.box = page.get_by_role("textbox", name=re.compile("回复"))

    def enter(self, address: str) -> None:
        self.page.goto(address)
        expect(self.page.get_by_role("tab", name=re.compile("排队"))).to_be_visible()

    def step_in(self) -> None:
        self._switch("在线")

    def step_out(self) -> None:
        """Nobody is there now, as far as customers can tell."""
        self._switch("离开")

    def _switch(self, word: str) -> None:
        button = self.page.get_by_role("group", name="我的状态").get_by_role("button", name=word)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def log_in(self, address: str, username: str, password: str) -> None:
        self.page.goto(f"{address}/login/")
        self.fill_in_log_in(username, password)
        expect(self.page.get_by_role("tab", name=re.compile("排队"))).to_be_visible()

    def fill_in_log_in(self, username: str, password: str) -> None:
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()

    def open(self, question: str) -> None:
        self.page.get_by_role("tabpanel").get_by_role("button", name=re.compile(re.escape(question))).click()

    def claim(self) -> None:
        self.page.get_by_role("button", name="接管", exact=True).first.click()
        expect(self.page.get_by_role("button", name="交回 AI")).to_be_visible()

    def sees_once(self, text: str) -> None:
        expect(_bubbles(self.log, text)).to_have_count(1)

    def write(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")
        self.sees_once(text)

    def send_suggestion(self, text: str) -> None:
        """The recommended reply with this text, with one click."""
        item = self.page.get_by_role("listitem").filter(has_text=text)
        item.get_by_role("button", name="发送", exact=True).click()
        self.sees_once(text)

    def pick_canned(self, shortcut: str) -> str:
        """A canned reply by the keyboard alone, not sent yet; returns what stands in the box."""
        self.box.press_sequentially(f"/{shortcut}")
        expect(self.page.get_by_role("option").first).to_be_visible()
        self.box.press("Enter")
        expect(self.box).not_to_have_value(re.compile("^/"))
        return self.box.input_value()

    def send_canned(self, shortcut: str) -> str:
        """A canned reply by the keyboard alone; returns what was sent."""
        text = self.pick_canned(shortcut)
        self.box.press("Enter")
        self.sees_once(text)
        return text

    @contextmanager
    def without_network(self) -> Iterator[None]:
        self.page.context.set_offline(True)
        yield
        self.page.context.set_offline(False)

    def mark_wrong(self, reply: str, right: str) -> None:
        message = self.log.get_by_role("listitem").filter(has_text=reply)
        message.hover()
        message.get_by_role("button", name="标记 AI 答错").click()
        self.page.get_by_label("正确的回答").fill(right)
        self.page.get_by_role("dialog").get_by_role("button", name="提交").click()
        expect(self.log.get_by_text(f"正确回答：{right}")).to_be_visible()

    def open_ticket(self, subject: str) -> None:
        """On a page of its own; the chat shows its number, and the pane beside it the ticket."""
        self.page.get_by_role("tab", name="客户", exact=True).click()
        with self.page.expect_popup() as popup:
            self.page.get_by_role("link", name="新建工单").click()
        form = popup.value
        form.get_by_label(re.compile("主题")).fill(subject)
        form.locator("main").get_by_role("button").last.click()
        expect(form.get_by_text(subject).first).to_be_visible()
        form.close()
        expect(self.page.get_by_role("region", name="工单").get_by_text(subject)).to_be_visible()

    def begin_transfer(self, note: str) -> Locator:
        """The dialog is open, and the note in it is written."""
        self.page.get_by_role("button", name="转接").click()
        field = self.page.get_by_role("dialog").get_by_role("textbox").last
        field.fill(note)
        return field

    def submit(self, name: str) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()

    def drag_out_of(self, field: Locator) -> None:
        """Select text with the mouse, and let go beside the dialog."""
        field.hover()
        self.page.mouse.down()
        self.page.mouse.move(5, 5)
        self.page.mouse.up()

    def transfer_to(self, name: str, note: str) -> None:
        self.begin_transfer(note)
        self.page.get_by_role("dialog").get_by_role("radio", name=re.compile(name)).check()
        self.submit("转接")
        expect(self.page.get_by_role("button", name="接管", exact=True).first).to_be_visible()
        self.sees_once(note)

    def sees_line(self, words: str) -> None:
        expect(self.log.get_by_text(words).last).to_be_visible()

    def give_back(self) -> None:
        self.page.get_by_role("button", name="交回 AI").click()
        expect(self.page.get_by_role("button", name="接管", exact=True).first).to_be_visible()

    def close(self) -> None:
        self.page.get_by_role("button", name="结束会话").click()
        self.page.get_by_role("dialog").get_by_role("button", name="结束会话").click()
        expect(self.page.get_by_role("dialog")).to_be_hidden()


def snap(page: Page, name: str) -> None:
    """A screenshot for people, where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def _bubbles(log: Locator, text: str) -> Locator:
    """Messages that end so; the name of their sender may stand before, for those who cannot see sides."""
    return log.locator(".bubble").filter(has_text=re.compile(re.escape(text) + r"\s*$"))
