"""Owners hear what needs a look: reviews, entries about to expire, expired ones."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cs_platform.models import NoticeDelivery, NoticeTarget, User
from kb.services.care import tell_owners
from tests.factories import make_entry

pytestmark = pytest.mark.django_db
TUESDAY = timezone.make_aware(datetime(2026, 11, 24, 9))  # noqa: DTZ001  made aware right here


def target(name: str, user: User | None = None) -> NoticeTarget:
    return NoticeTarget.objects.create(name=name, kind="email", address="a@example.com", user=user)


def test_each_owner_hears_of_the_own_entries_once_a_day(manager: User) -> None:
    mine, shared = target("我的", manager), target("大家")
    make_entry("我的知识", owner=manager, review_by=TUESDAY.date())
    make_entry("没人管的", valid_until=TUESDAY + timedelta(days=6, hours=12))
    assert (tell_owners(TUESDAY), tell_owners(TUESDAY)) == (2, 0)
    texts = {delivery.target: delivery.text for delivery in NoticeDelivery.objects.select_related("target")}
    assert "我的知识" in texts[mine] and "没人管的" in texts[shared]
    assert "没人管的" not in texts[mine]


def test_what_is_known_since_yesterday_is_told_again_on_mondays_only(manager: User) -> None:
    target("我的", manager)
    make_entry("我的知识", owner=manager, review_by=TUESDAY.date() - timedelta(days=3))
    assert tell_owners(TUESDAY) == 0
    assert tell_owners(TUESDAY - timedelta(days=1)) == 1


def test_nobody_hears_of_archived_or_healthy_entries() -> None:
    target("大家")
    make_entry("好的", valid_until=TUESDAY + timedelta(days=60))
    make_entry("旧的", status="archived", review_by=TUESDAY.date())
    assert tell_owners(TUESDAY) == 0


@pytest.mark.parametrize(
    ("care", "found"), [("review", "复核"), ("expiring", "快到期"), ("expired", "过期"), ("mine", "复核")]
)
def test_the_list_filters_what_needs_care(client: Client, manager: User, care: str, found: str) -> None:
    now = timezone.now()
    make_entry("复核", review_by=timezone.localdate(), owner=manager)
    make_entry("快到期", valid_until=now + timedelta(days=2)), make_entry("过期", valid_until=now - timedelta(hours=1))
    client.force_login(manager)
    page = client.get(reverse("admin:kb_entry_changelist"), {"care": care})
    assert [entry.question for entry in page.context["cl"].result_list] == [found]
