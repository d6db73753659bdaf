"""Intents in the back office: taught, checked."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from routing.checkup import Finding, check_up
from routing.models import Intent
from routing.services import save_examples
from routing.understanding import understand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def words_only(settings: LazySettings) -> None:
    settings.ENCODER = "off"


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def teach(key: str, *texts: str) -> None:
    save_examples(Intent.objects.create(key=key, name=key), texts)


def save(desk: Client, examples: str, **fields: str) -> str:
    data = {"name": "借伞", "key": "umbrella", "is_enabled": "on", "examples": examples, **fields}
    return desk.post(reverse("admin:routing_intent_add"), data).content.decode()


def test_examples_are_lines_and_count_at_once(desk: Client) -> None:
    save(desk, "想借一把伞\n\n 雨伞可以借吗 \n想借一把伞！")
    intent = Intent.objects.get()
    assert [example.text for example in intent.examples.all()] == ["想借一把伞", "雨伞可以借吗"]
    assert understand(("能借伞吗",)).intent == "umbrella"


def test_the_key_stays(desk: Client) -> None:
    save(desk, "想借一把伞")
    url = reverse("admin:routing_intent_change", args=[Intent.objects.get().pk])
    desk.post(url, {"name": "雨伞", "key": "other", "is_enabled": "on", "examples": "想借一把伞"})
    assert (Intent.objects.get().name, Intent.objects.get().key) == ("雨伞", "umbrella")


def test_an_example_belongs_to_one_intent(desk: Client) -> None:
    save_examples(Intent.objects.create(key="power", name="充电宝"), ["想借一把伞"])
    assert "已经是“充电宝”的例句" in save(desk, "想借一把伞")
    assert Intent.objects.count() == 1


def test_an_example_that_is_too_long_is_refused(desk: Client) -> None:
    assert "太长" in save(desk, "伞" * 201)
    assert not Intent.objects.exists()


def test_the_check_judges_each_example_as_if_it_were_new(desk: Client) -> None:
    teach("umbrella", "我想借伞", "我要借伞", "可以借伞吗", "借伞要钱吗", "怎么借伞")
    teach("power", "充电宝在哪里", "充电宝怎么用", "充电宝要钱吗", "我要充电宝", "想借伞")
    checkup = check_up()
    assert checkup.examples == 10 and 0 < checkup.accuracy < 1
    assert Finding("想借伞", "umbrella") in checkup.intents[1].findings
    page = desk.get(reverse("admin:routing_intent_check_intents")).content.decode()
    assert "想借伞" in page and "→ umbrella" in page


def test_the_check_of_nothing_says_so(desk: Client) -> None:
    assert "还没有例句" in desk.get(reverse("admin:routing_intent_check_intents")).content.decode()
