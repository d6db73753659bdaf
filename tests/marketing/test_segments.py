"""Who is in a segment: each condition, and all of them together."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.models import Conversation, Customer
from kb.models import Category, Product
from marketing.models import Segment
from marketing.segments import conditions_of, find_customers
from marketing.services.leads import Capture, capture_lead
from routing.models import Channel
from tests.factories import make_channel, make_customer
from tests.marketing.shop import make_order, make_segment, make_shopper

pytestmark = pytest.mark.django_db


def names(segment: Segment) -> list[str]:
    return sorted(find_customers(conditions_of(segment), timezone.now()).values_list("name", flat=True))


@pytest.fixture
def lin() -> Customer:
    return make_customer("Lin", level="vip", tags=["老客", "油皮"], phone="13800138000")


@pytest.fixture(autouse=True)
def wang() -> Customer:
    return make_customer("Wang", tags=["新客"])


def test_without_conditions_everybody_but_blocked_and_merged_ones(lin: Customer, wang: Customer) -> None:
    make_customer("Spam", is_blocked=True)
    make_customer("Ghost", merged_into=lin)
    assert names(make_segment()) == ["Lin", "Wang"]


def test_by_level(lin: Customer) -> None:
    assert names(make_segment(level="vip")) == ["Lin"]


@pytest.mark.parametrize(("tags", "found"), [("油皮", ["Lin"]), ("新客，老客", ["Lin", "Wang"]), ("油", [])])
def test_by_tags(lin: Customer, tags: str, found: list[str]) -> None:
    assert names(make_segment(tags=tags)) == found


@pytest.mark.parametrize(
    ("contact", "found"), [("left", ["Lin", "Zhao"]), ("phone", ["Lin", "Zhao"]), ("none", ["Wang"]), ("any", None)]
)
def test_by_contact(lin: Customer, contact: str, found: list[str] | None) -> None:
    zhao = make_customer("Zhao")
    capture_lead(Capture("a", phone="13900139000", customer=zhao))
    Customer.objects.filter(pk=zhao.pk).update(phone="")
    assert names(make_segment(contact=contact)) == (found or ["Lin", "Wang", "Zhao"])


def test_by_channel(lin: Customer) -> None:
    shop, other = make_channel(), make_channel()
    Conversation.objects.create(customer=lin, channel=shop)
    segment = make_segment()
    segment.channels.add(shop)
    make_shopper(other, "Qian")
    assert names(segment) == ["Lin"]


def test_by_last_visit(channel: Channel) -> None:
    make_shopper(channel, "New")
    old = make_shopper(channel, "Old")
    Conversation.objects.filter(pk=old.pk).update(last_message_at=timezone.now() - timedelta(days=40))
    assert names(make_segment(seen_within_days=30)) == ["New"]
    assert names(make_segment(unseen_for_days=30)) == ["Old", "Wang"]


def test_by_product_and_topic(lin: Customer, wang: Customer) -> None:
    lights = Category.objects.create(name="灯具")
    desk_lights = Category.objects.create(name="台灯", parent=lights)
    lamp = Product.objects.create(sku="a", name="台灯", category=desk_lights)
    make_order(lin, product=lamp)
    make_order(wang)
    by_product, by_topic = make_segment(), make_segment()
    by_product.products.add(lamp)
    by_topic.categories.add(lights)
    assert names(by_product) == names(by_topic) == ["Lin"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"orders_min": 2}, ["Lin"]),
        ({"orders_max": 1}, ["Wang"]),
        ({"orders_max": 0}, []),
        ({"spent_min": 301}, []),
        ({"spent_min": 300}, ["Lin"]),
        ({"ordered_within_days": 10}, ["Wang"]),
        ({"orders_min": 1, "level": "vip"}, ["Lin"]),
    ],
)
def test_by_orders(lin: Customer, wang: Customer, condition: dict[str, object], found: list[str]) -> None:
    make_order(lin, total=100, days_ago=60)
    make_order(lin, total=200, days_ago=20)
    make_order(wang, total=50)
    assert names(make_segment(**condition)) == found


def test_it_is_one_query_for_the_customers(lin: Customer) -> None:
    segment = make_segment(contact="left", tags="老客", orders_min=0, spent_min=0, seen_within_days=None)
    with CaptureQueriesContext(connection) as queries:
        assert find_customers(conditions_of(segment), timezone.now()).count() == 1
    assert len(queries) <= 4  # three of them read the segment's own lists
