"""A manager puts a decision tree to work, and a shopper is led through it: asides, a reload, to the end."""

from playwright.sync_api import expect

from tests.journeys.back_office import Manager
from tests.journeys.conftest import NEVER_SEND, PHONE, OpenPage
from tests.journeys.people import Shopper, snap
from tests.journeys.shared_shop import Shop

RETURN = "7 天无理由退货"


def test_a_return_is_walked_to_its_end(manager: Manager, open_page: OpenPage, shop: Shop) -> None:
    publish_return(manager)
    shopper = Shopper(open_page(PHONE))
    shopper.enter(f"{shop.address}/")
    shopper.write("我要退货")
    shopper.wait_for_words("请把要退的订单号发给我")
    shopper.choose("跳过")
    shopper.wait_for_words("您签收多久了？")
    shopper.write("多久发货")
    shopper.wait_for_words(f"回到“{RETURN}”：您签收多久了？")
    expect(shopper.bubbles.filter(has_text=NEVER_SEND)).to_have_count(1)
    shopper.reload()
    shopper.choose("7 天以内")
    finish_return(shopper)


def finish_return(shopper: Shopper) -> None:
    """From the reason to the number of the ticket, partly in own words."""
    shopper.wait_for_words("退货的原因是什么？")
    shopper.write("买回来没两天就坏了")
    shopper.wait_for_words("请拍两张照片发过来")
    snap(shopper.page, "flow-middle")
    shopper.choose("跳过")
    shopper.choose("上门取件")
    shopper.wait_for_words("退货已经登记好了，编号 T")


def publish_return(manager: Manager) -> None:
    manager.open("知识库", "业务流程")
    manager.page.get_by_role("link", name=RETURN).click()
    manager.page.get_by_role("button", name="保存并发布").click()
    manager.sees("版已发布")
    manager.page.get_by_role("link", name="流程图").click()
    expect(manager.page.locator(".fl-box")).to_have_count(31)
    snap(manager.page, "flow-picture")
