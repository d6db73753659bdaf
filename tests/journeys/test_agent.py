"""An agent at the console, with the customers who are served there."""

from playwright.sync_api import expect

from tests.journeys.conftest import INVOICE, NEVER_SEND, WASHING
from tests.journeys.people import Desk, Shopper, snap
from tests.journeys.shared_shop import Shop

WATCH_LIVE = """log => {
  window.heard = [];
  const watch = new MutationObserver(() => heard.push(log.getAttribute("aria-live")));
  watch.observe(log, { attributeFilter: ["aria-live"] });
}"""


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


def test_what_is_written_without_a_network_goes_out_when_it_is_back(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "灯罩裂了怎么办")
    desk.page.reload()  # the line was tried just now, so it is not tried again for a while
    desk.sees_once("可以，我给您换。")
    with desk.without_network():
        desk.write("断网时写的回复")
        desk.sees_line("等待网络，恢复后自动发送")
    shopper.sees_once("断网时写的回复")


def test_who_has_to_log_in_again_finds_chat_and_draft(shopper: Shopper, desk: Desk, shop: Shop) -> None:
    serve(shopper, desk, "抱枕拉链坏了")
    desk.box.fill("正在写的回复")
    desk.page.context.clear_cookies()
    with desk.without_network():
        expect(desk.page.get_by_text("连接已断开")).to_be_visible()
    desk.page.get_by_role("button", name="重新登录").click()
    desk.fill_in_log_in("agent", shop.password)
    expect(desk.box).to_have_value("正在写的回复")


def test_a_canned_reply_asks_for_the_order_number_before_it_goes_out(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "床单什么时候到")
    desk.pick_canned("催发")
    desk.box.press("Enter")
    expect(desk.page.get_by_text("请先填写订单号")).to_be_visible()
    desk.box.press_sequentially("8123")  # over the place that was left for it
    desk.box.press("Enter")
    shopper.wait_for_words("订单 8123 已经帮您")


def test_a_visitor_without_a_name_is_not_greeted_by_a_number(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "桌布有几种颜色")
    desk.send_canned("你好")
    shopper.wait_for_words("亲您好")


def test_of_too_long_a_reply_nothing_is_cut_off(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "请发一下完整的说明")
    desk.box.focus()
    desk.page.keyboard.insert_text("说" * 2010)
    expect(desk.page.get_by_text("超出 10 字")).to_be_visible()
    assert len(desk.box.input_value()) == 2010


def test_the_keyboard_goes_on_from_the_thread_when_a_chat_was_given_away(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "雨伞打不开")
    desk.page.get_by_role("button", name="放回队列").press("Enter")
    expect(desk.log).to_be_focused()


def test_nobody_is_proposed_who_is_not_there(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "托盘掉漆了")
    desk.begin_transfer("请处理")
    expect(
        desk.page.get_by_role("radio", name="小满").and_(desk.page.get_by_role("radio", name="不在线"))
    ).to_be_visible()
    expect(desk.page.get_by_role("radio", name="不在线", checked=True)).to_have_count(0)
    desk.page.keyboard.press("Escape")


def test_a_screen_reader_does_not_read_out_the_history_of_an_opened_chat(shopper: Shopper, desk: Desk) -> None:
    ask_for_a_person(shopper, "花架晃得厉害")
    desk.page.get_by_role("log", include_hidden=True).evaluate(WATCH_LIVE)
    desk.open("花架晃得厉害")
    desk.sees_once("花架晃得厉害")
    expect(desk.log).to_have_attribute("aria-live", "polite")
    assert desk.page.evaluate("heard") == ["off", "polite"]


def test_the_console_fits_the_narrowest_phone(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 320, "height": 640})
    assert desk.page.evaluate("document.documentElement.scrollWidth") == 320


def test_what_was_typed_stays_until_the_chat_is_passed_on(shopper: Shopper, desk: Desk) -> None:
    serve(shopper, desk, "椅子少了一颗螺丝")
    note = desk.begin_transfer("请补寄螺丝")
    desk.page.get_by_role("radio", name="售后组").check()
    desk.drag_out_of(note)
    with desk.without_network():
        expect(desk.page.get_by_text("连接已断开")).to_be_visible()
        desk.submit("转接")
        expect(desk.page.get_by_role("dialog").get_by_text("现在没有连接")).to_be_visible()
    expect(desk.page.get_by_text("连接已断开")).to_be_hidden()
    desk.submit("转接")
    desk.sees_once("请补寄螺丝")


def test_the_note_of_a_ticket_outlives_a_log_in_that_ran_out(desk: Desk, shop: Shop) -> None:
    desk.page.goto(f"{shop.address}/console/tickets/new/")
    desk.page.get_by_label("主题").fill("补寄螺丝")
    desk.page.get_by_label("描述").fill("客户等了三天")
    desk.page.context.clear_cookies(name="sessionid")
    desk.page.get_by_role("button", name="创建工单").click()
    desk.fill_in_log_in("agent", shop.password)
    expect(desk.page.get_by_label("描述")).to_have_value("客户等了三天")
    desk.page.get_by_label("主题").fill("补寄螺丝")
    desk.page.get_by_role("button", name="创建工单").click()
    desk.page.get_by_role("link", name="新建工单").click()
    expect(desk.page.get_by_label("描述")).to_have_value("")
    desk.enter(f"{shop.address}/console/")


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
