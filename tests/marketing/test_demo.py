"""The demo shop has something to show in marketing, and what was taken away stays away."""

import pytest

from conversations.demo import create_demo_channel
from kb.models import Product
from marketing.audience import plan_of
from marketing.demo import create_demo_marketing
from marketing.models import Broadcast, Card, Segment, Trigger
from marketing.platform_rules import names_contacts
from marketing.services.cards import show
from marketing.wording import BROADCAST_VARIABLES, unknown_variables

pytestmark = pytest.mark.django_db


def test_an_untouched_shop_is_furnished_once() -> None:
    create_demo_channel()
    Product.objects.create(sku="a", name="台灯")
    assert [len(create_demo_marketing()), len(create_demo_marketing())] == [11, 0]
    assert (Card.objects.count(), Trigger.objects.count(), Segment.objects.count()) == (4, 3, 3)
    assert Trigger.objects.filter(channels__key="demo").count() == 3


def test_what_was_changed_is_left_alone() -> None:
    create_demo_channel()
    Segment.objects.create(name="mine")
    assert create_demo_marketing() == []
    assert not Card.objects.exists()


def test_without_a_demo_channel_nothing_is_made() -> None:
    assert create_demo_marketing() == []


def test_its_texts_keep_the_rules() -> None:
    create_demo_channel()
    create_demo_marketing()
    assert [card.name for card in Card.objects.all() if names_contacts(card.plain_text)] == []
    assert [show(card, platform="web") for card in Card.objects.all()].count(None) == 0
    plan = plan_of(Broadcast.objects.get())
    assert unknown_variables(plan.text, BROADCAST_VARIABLES) == []
