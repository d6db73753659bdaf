"""A shopper's visits: answered, sent on, a card filled in, a picture sent, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NEVER_SEND, PHONE, WASHING, OpenPage
from tests.journeys.people import Shopper, snap
from tests.journeys.shared_shop import Shop
from tests.marketing.shop import picture


def test_a_question_in_own_words_gets_the_stored_answer(shopper: Shopper) -> None:
    shopper.write("我昨天拍的东西啥时候能给我发出来呀")
    shopper.sees_once(NEVER_SEND)
    shopper.write("毯子脏了能不能放洗衣机里洗")
    shopper.sees_once(WASHING)
    snap(shopper.page, "widget-answer")


@pytest.mark.usefixtures("deserted_shop")
def test_an_unknown_question_gets_an_honest_reply_and_the_way_to_a_person(shopper: Shopper) -> None:
    shopper.write("帮我写一首关于月亮的诗")
    shopper.wait_for_words("没有把握")
    snap(shopper.page, "widget-unknown")
    shopper.choose("转人工客服")
    shopper.sees_status("您的问题已记录")


@pytest.mark.usefixtures("deserted_shop")
def test_where_nobody_is_there_a_message_is_left(shopper: Shopper) -> None:
    shopper.write("转人工")
    shopper.choose("留言")
    shopper.wait_for_words("请写下您的问题和联系方式")
    shopper.write("杯子收到就碎了，电话 13912345678")
    shopper.wait_for_words("已收到您的留言")
    shopper.reload()
    shopper.sees_once("杯子收到就碎了，电话 13912345678")
    shopper.wait_for_words("已收到您的留言")
    snap(shopper.page, "widget-leaving")


def test_a_word_brings_a_card_and_the_shopper_leaves_contact_details(shopper: Shopper) -> None:
    shopper.write("你们有团购价吗")
    shopper.fill_in_card(手机号="138 0013 8000", 品类和数量="杯子 30 个")
    shopper.wait_for_words("138****8000")
    shopper.wait_for_words("已登记，团购专员会尽快给您报价")
    shopper.reload()
    shopper.wait_for_words("138****8000")


def test_a_phone_number_at_full_width_is_taken(shopper: Shopper) -> None:
    shopper.write("你们有团购价吗")
    shopper.fill_in_card(手机号="＋８６ １３８ ００１３ ８０００", 品类和数量="杯子 30 个")
    shopper.wait_for_words("138****8000")


def test_a_file_that_is_not_taken_says_so_at_once(shopper: Shopper) -> None:
    file = {"name": "setup.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    shopper.page.locator("input[type=file]").set_input_files([file])
    shopper.sees_status("setup.exe: 不支持的文件类型")


def test_a_line_that_breaks_is_noticed_whatever_was_asked_before(open_page: OpenPage, shop: Shop) -> None:
    shopper = Shopper(open_page())
    shopper.page.clock.install()
    shopper.enter(f"{shop.address}/")
    shopper.write("多久发货")
    shopper.sees_once(NEVER_SEND)
    shopper.page.clock.run_for(12_000)
    shopper.page.context.set_offline(True)
    shopper.page.clock.run_for(9_500)  # the usual ping falls into this time
    expect(shopper.page.get_by_text("网络不可用")).to_be_visible(timeout=2_000)


def test_a_picture_is_sent_and_shown(shopper: Shopper) -> None:
    shopper.send_picture("破损.png", picture())
    shopper.wait_for_words("看不了图片")


def test_the_widget_fills_a_phone(open_page: OpenPage, shop: Shop) -> None:
    shopper = Shopper(open_page(PHONE))
    shopper.enter(f"{shop.address}/")
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
