"""manage.py prepare: everything a first run needs, and nothing twice."""

import io

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Group
from django.core.management import call_command

from cs_platform.models import User
from cs_platform.roles import ROLES
from kb.defaults import CATEGORY_PATHS, SAMPLE_ENTRIES
from kb.models import Category, Entry, Product
from routing.models import Agent, Channel, Duty, SkillGroup
from tests.factories import make_entry

pytestmark = pytest.mark.django_db


def prepare(*options: str) -> str:
    out = io.StringIO()
    call_command("prepare", *options, stdout=out)
    return out.getvalue()


def test_a_first_run_makes_the_demo_shop() -> None:
    prepare()
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    channel = Channel.objects.get()
    assert (channel.key, str(channel.strategy), str(channel.schedule)) == ("demo", "AI 优先", "工作日 9:00–18:00")
    assert SkillGroup.objects.get().agents.count() == 3 and Duty.objects.count() == 1
    assert Entry.objects.filter(is_sample=True, status=Entry.Status.PUBLISHED).count() == len(SAMPLE_ENTRIES)
    assert Product.objects.filter(is_sample=True).count() == 8


def test_the_topics_have_three_levels() -> None:
    prepare("--no-demo")
    tops = Category.objects.filter(parent=None).values_list("name", flat=True)
    assert list(tops) == ["商品咨询", "订单管理", "物流追踪", "售后服务"]
    assert {len(path.split("/")) for path in CATEGORY_PATHS} == {3}


def test_the_demo_log_ins_work(settings: LazySettings) -> None:
    settings.DEMO_PASSWORD = "long horse 7"
    assert "long horse 7" in prepare()
    users = User.objects.all()
    assert {user.username for user in users} == {"manager", "agent", "agent2", "agent3", "integrator"}
    assert all(user.check_password("long horse 7") for user in users)
    assert set(Agent.objects.values_list("user__username", flat=True)) == {"agent", "agent2", "agent3"}


def test_a_password_is_made_and_told_once() -> None:
    first, second = prepare(), prepare()
    password = first.strip().rsplit("：", 1)[1]
    assert User.objects.get(username="agent").check_password(password)
    assert second == ""


def test_existing_people_are_left_alone(settings: LazySettings) -> None:
    settings.DEMO_PASSWORD = "long horse 7"
    User.objects.create_user("manager", password="own secret")
    prepare()
    mine = User.objects.get(username="manager")
    assert mine.check_password("own secret") and not mine.is_staff


def test_a_shop_with_knowledge_gets_no_samples() -> None:
    make_entry("own")
    prepare()
    assert Entry.objects.count() == 1


def test_without_demo_there_are_roles_and_topics_only() -> None:
    assert "createsuperuser" in prepare("--no-demo")
    assert Category.objects.exists() and Group.objects.exists()
    assert not Channel.objects.exists() and not User.objects.exists() and not Entry.objects.exists()


def test_samples_ask_for_each_other_by_their_questions() -> None:
    questions = {sample.question for sample in SAMPLE_ENTRIES}
    assert {related for sample in SAMPLE_ENTRIES for related in sample.related} <= questions
