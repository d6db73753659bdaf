"""One row in two forms at once: the second is told, keeps what was typed, and replaces the first only when meant."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from routing.models import SkillGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> SkillGroup:
    return SkillGroup.objects.create(name="售后组")


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def opened(desk: Client, group: SkillGroup) -> dict[str, str]:
    """The form as a tab shows it now."""
    page = desk.get(page_of(group))
    return {"name": group.name, "priority": "0", "opened_at_change": str(page.context["opened_at_change"])}


def page_of(group: SkillGroup) -> str:
    return reverse("admin:routing_skillgroup_change", args=[group.pk])


def test_the_second_form_is_told_and_keeps_its_input(desk: Client, group: SkillGroup, manager: User) -> None:
    first, second = opened(desk, group), opened(desk, group)
    desk.post(page_of(group), {**first, "name": "退换组"})
    page = desk.post(page_of(group), {**second, "priority": "5"})
    group.refresh_from_db()
    assert (group.name, group.priority) == ("退换组", 0)
    form = page.context["adminform"].form
    assert f"{manager} 刚刚保存过" in form.non_field_errors()[0] and form["priority"].value() == "5"


def test_sent_once_more_it_is_meant(desk: Client, group: SkillGroup) -> None:
    first, second = opened(desk, group), opened(desk, group)
    desk.post(page_of(group), {**first, "name": "退换组"})
    page = desk.post(page_of(group), {**second, "name": "换货组"})
    again = {**second, "name": "换货组", "opened_at_change": str(page.context["opened_at_change"])}
    assert desk.post(page_of(group), again).status_code == 302
    group.refresh_from_db()
    assert group.name == "换货组"


def test_one_form_after_the_other_hears_nothing(desk: Client, group: SkillGroup) -> None:
    desk.post(page_of(group), {**opened(desk, group), "priority": "1"})
    assert desk.post(page_of(group), {**opened(desk, group), "priority": "2"}).status_code == 302


def test_the_form_carries_when_it_was_opened(desk: Client, group: SkillGroup) -> None:
    assert b'name="opened_at_change" value="0"' in desk.get(page_of(group)).content
