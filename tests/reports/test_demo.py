"""The demo history: told once, true to its own figures, and gone without a trace."""

from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from conversations.demo import create_demo_channel, create_demo_users
from conversations.models import Conversation, Customer, Message
from cs_platform.models import User
from kb.defaults import create_categories, install_samples
from reports.demo.history import create_demo, create_once, has_demo, remove_demo
from reports.models import Episode, HourTally, WeeklyReport
from reports.weekly import write_weekly_report
from tests.factories import make_conversation, write

pytestmark = pytest.mark.django_db

COUNTED = ("conversations", "kb", "marketing", "reports", "routing")
KEPT = {"reports.Watermark", "kb.SearchState"}


@pytest.fixture
def shop(db: None) -> None:
    create_categories()
    install_samples()
    create_demo_channel()
    create_demo_users("x")


def everything() -> dict[str, int]:
    models = (model for label in COUNTED for model in apps.get_app_config(label).get_models())
    return {model._meta.label: model._default_manager.count() for model in models if model._meta.label not in KEPT}


@pytest.mark.usefixtures("shop")
def test_what_was_invented_is_removed_without_a_trace() -> None:
    own = make_conversation()
    write(own, "我的订单")
    before = everything()
    made = create_demo(days=2)
    assert made > 20 and has_demo()
    assert remove_demo() == made
    assert everything() == before | {"reports.Episode": 0, "reports.HourTally": 0, "reports.TopicTally": 0}


@pytest.mark.usefixtures("shop")
def test_the_history_is_one_that_the_facts_can_read() -> None:
    create_demo(days=3)
    assert Episode.objects.filter(joined_at__isnull=False, agent__isnull=False).exists()
    assert Episode.objects.filter(last_decision="unknown").exists()
    assert sum(HourTally.objects.values_list("conversations", flat=True)) == Episode.objects.count()
    assert not Message.objects.filter(created_at__gt=timezone.now()).exists()
    assert not Conversation.objects.open().exists()
    assert all(customer.tags == ["演示"] for customer in Customer.objects.all())


@pytest.mark.usefixtures("shop")
def test_creating_again_adds_nothing() -> None:
    now = timezone.now()
    create_demo(now, days=1)
    before = everything()
    assert create_demo(now, days=1) == 0
    assert everything() == before


@pytest.mark.usefixtures("shop")
def test_a_weekly_report_that_speaks_of_invented_customers_goes_with_them() -> None:
    own = WeeklyReport.objects.create(week="2026-W01", start="2025-12-29", end="2026-01-04")
    create_demo(days=1)
    write_weekly_report()
    remove_demo()
    assert WeeklyReport.objects.get() == own


@pytest.mark.usefixtures("shop")
def test_once_removed_it_does_not_come_back_with_the_next_start() -> None:
    create_demo(days=1)
    remove_demo()
    assert create_once() == 0
    assert not has_demo()


def test_without_a_demo_shop_nothing_is_invented(manager: User, channel: Any) -> None:
    assert create_demo() == 0
