"""The form of an entry: scope, conditions, and two people at the same entry."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.models import Entry
from kb.services import save_entry
from routing.models import Channel
from tests.factories import make_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def send(desk: Client, entry: Entry, **values: object) -> HttpResponse:
    form = desk.get(reverse("admin:kb_entry_change", args=[entry.pk])).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data |= {"valid_from_0": "", "valid_from_1": "", "valid_until_0": "", "valid_until_1": "", **values}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    return desk.post(reverse("admin:kb_entry_change", args=[entry.pk]), data)


def test_scope_is_ticked(desk: Client, channel: Channel) -> None:
    entry = make_entry("怎么退货")
    send(desk, entry, channels=[channel.key], stages=["pre_sale", "in_sale"])
    entry.refresh_from_db()
    assert (entry.channels, entry.stage_list) == (channel.key, ["pre_sale", "in_sale"])


def test_a_channel_that_is_gone_stays_until_it_is_unticked(desk: Client) -> None:
    entry = make_entry("怎么退货", channels="old-shop")
    send(desk, entry, answer="新的")
    entry.refresh_from_db()
    assert (entry.channels, entry.answer) == ("old-shop", "新的")


def test_a_condition_that_cannot_be_read_is_refused_at_its_field(desk: Client) -> None:
    page = send(desk, make_entry("怎么退货"), handoff="amount over: abc", answer="不要丢")
    assert "handoff" in page.context["adminform"].form.errors
    assert "不要丢" in page.content.decode()


def test_the_condition_is_explained(desk: Client) -> None:
    entry = make_entry("怎么退货", handoff="amount over: 500")
    page = desk.get(reverse("admin:kb_entry_change", args=[entry.pk])).content.decode()
    assert "最近一笔订单超过 ¥500" in page


def test_what_a_colleague_stored_meanwhile_is_shown_and_nothing_is_lost(desk: Client) -> None:
    entry = make_entry("怎么退货", "原文", variants="退货")
    opened = entry.version
    entry.answer = "同事的答案"
    save_entry(entry, by=None)
    page = send(desk, entry, answer="我的答案", base_version=opened)
    html = page.content.decode()
    assert "同事" in html and "我的" in html
    assert Entry.objects.get().answer == "同事的答案"
    assert page.context["adminform"].form["base_version"].value() == str(entry.version)


def test_sent_once_more_it_is_meant(desk: Client) -> None:
    entry = make_entry("怎么退货", "原文")
    send(desk, entry, answer="我的答案", base_version=entry.version)
    assert Entry.objects.get().answer == "我的答案"


def test_the_versions_are_compared_and_taken_back(desk: Client) -> None:
    entry = make_entry("怎么退货", "七天内可退。")
    entry.answer = "十五天内可退。"
    save_entry(entry, by=None)
    url = reverse("admin:kb_entry_versions", args=[entry.pk])
    assert "<ins>十五</ins>" in desk.get(url).content.decode()
    desk.post(url, {"number": "1", "seen": "2"})
    assert Entry.objects.get().answer == "七天内可退。"


def test_nobody_takes_back_what_changed_while_reading(desk: Client) -> None:
    entry = make_entry("怎么退货", "甲")
    desk.post(reverse("admin:kb_entry_versions", args=[entry.pk]), {"number": "1", "seen": "0"})
    assert entry.versions.count() == 1


def test_who_is_no_manager_takes_nothing_back(client: Client, agent: User) -> None:
    client.force_login(agent)
    entry = make_entry("怎么退货", "甲")
    url = reverse("admin:kb_entry_versions", args=[entry.pk])
    assert client.post(url, {"number": "1", "seen": "1"}).status_code == 302
    assert entry.versions.count() == 1


def test_saving_without_a_change_makes_no_version(desk: Client) -> None:
    entry = make_entry("怎么退货", "第一步\n第二步", variants="退货\n想退")
    send(desk, entry, answer="第一步\r\n第二步", variants="退货\r\n想退")
    assert entry.versions.count() == 1
