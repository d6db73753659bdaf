"""The “try a question” page: why, and one click that changes it."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.admin.why_page import whole_points
from kb.answering import answer
from kb.models import Entry, Product
from routing.models import Strategy
from tests.factories import make_channel, make_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def url(**query: object) -> str:
    return f"{reverse('admin:kb_entry_try_question')}?{urlencode(query)}"


def test_a_hit_shows_how_it_was_read_and_what_each_part_was_worth(desk: Client) -> None:
    make_entry("邮费谁出", "我们出")
    page = desk.get(url(question="您好，請問運費誰付")).content.decode()
    assert "繁体字" in page and "<mark>" in page and "运费" in page and "共有词语" in page


@pytest.mark.parametrize(
    ("parts", "shown"),
    [([0.2264, -0.0284, 0.1134, -0.0564, -0.0845], [226, -28, 113, -56, -85]), ([0.0004] * 3, [1, 0, 0]), ([], [])],
)
def test_parts_are_rounded_so_that_they_still_add_up(parts: list[float], shown: list[int]) -> None:
    assert whole_points(parts, sum(parts)) == shown
    assert sum(shown) == round(sum(parts) * 1000)


def test_every_bar_that_is_shown_is_explained(desk: Client) -> None:
    make_entry("邮费谁出", "我们出")
    why = desk.get(url(question="运费谁付")).context["why"]
    assert {bar.name for row in why.rows for bar in row.bars} <= {name for name, _meaning in why.part_meanings}


def test_what_came_less_near_is_there_on_request(desk: Client) -> None:
    for number in range(7):
        make_entry(f"邮费谁出{number}号", f"我们出{number}")
    why = desk.get(url(question="运费谁付")).context["why"]
    assert (len(why.rows), len(why.more_rows)) == (5, 2)


def test_a_miss_offers_to_write_an_entry(desk: Client) -> None:
    make_entry("邮费谁出", "我们出")
    page = desk.get(url(question="昨晚球赛谁赢了")).content.decode()
    assert f"{reverse('admin:kb_entry_add')}?question=" in page


def test_one_click_makes_the_question_a_phrasing_that_counts_at_once(desk: Client) -> None:
    entry = make_entry("门店有停车位吗", "有三十个")
    asked = "您好，泊车方便吗"
    assert answer(asked).band != "answer"
    reply = desk.post(url(question=asked), {"entry": entry.pk})
    entry.refresh_from_db()
    assert reply.url == url(question=asked) and entry.variants == "泊车方便吗"
    assert answer(asked).entry_id == entry.pk


@pytest.mark.parametrize("number", ["", "x", "99999999999999999999", "0"])
def test_an_entry_that_is_not_there_is_told(desk: Client, number: str) -> None:
    make_entry("门店有停车位吗")
    page = desk.post(url(question="泊车"), {"entry": number}, follow=True)
    assert "这条知识已不存在" in page.content.decode() and Entry.objects.get().variants == ""


def test_a_channel_that_is_left_out_is_told(desk: Client) -> None:
    make_entry("运费谁出", "我们出", channels="taobao")
    assert "只适用于其他渠道" in desk.get(url(question="快递费谁承担", channel="web")).content.decode()
    assert "只适用于其他渠道" not in desk.get(url(question="快递费谁承担", channel="taobao")).content.decode()


def test_a_product_and_a_time_can_be_given(desk: Client) -> None:
    product = Product.objects.create(sku="QT-1", name="青团礼盒")
    page = desk.get(url(question="运费谁出", product=product.pk, stage="pre_sale", at="2026-11-27T08:00"))
    assert page.status_code == 200 and page.context["why"] is not None


def test_who_may_not_change_knowledge_changes_nothing(client: Client, integrator: User) -> None:
    entry = make_entry("门店有停车位吗")
    client.force_login(integrator)
    assert client.post(url(question="泊车"), {"entry": entry.pk}).status_code in (302, 403)
    entry.refresh_from_db()
    assert entry.variants == ""


def test_what_a_customer_wrote_is_shown_as_text(desk: Client) -> None:
    make_entry("运费谁出<b>")
    page = desk.get(url(question="运费<script>alert(1)</script>")).content.decode()
    assert "<script>alert" not in page and "谁出<b>" not in page


def test_the_scale_has_the_marks_of_all_stances_and_says_which_one_counts(desk: Client) -> None:
    make_entry("邮费谁出", "我们出")
    make_channel("bold-shop", strategy=Strategy.objects.create(name="大胆的", stance="bold"))
    here = desk.get(url(question="运费谁付", channel="bold-shop")).content.decode()
    assert "谨慎 75 %" in here and "平衡 62 %" in here and "<strong>大胆 50 %</strong>" in here
    assert "<strong>平衡 62 %</strong>" in desk.get(url(question="运费谁付")).content.decode()
