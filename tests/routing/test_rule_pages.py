"""Rules in the back office: written, ordered, tried, exported and imported."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tablib import Dataset

from cs_platform.models import User
from routing.defaults import install_defaults
from routing.models import Holiday, Intent, Rule, Schedule, SkillGroup, Strategy
from routing.resources import HolidayResource, IntentResource, RuleResource
from routing.rulebook import current_rulebook
from tests.factories import make_channel

pytestmark = pytest.mark.django_db

TRY = reverse("admin:routing_rule_try_rules")
LIST = reverse("admin:routing_rule_changelist")


@pytest.fixture(autouse=True)
def words_only(settings: LazySettings) -> None:
    settings.ENCODER = "off"


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    """The manager, logged in."""
    client.force_login(manager)
    return client


def row(name: str = "夜间转值班", **fields: object) -> dict[str, object]:
    defaults = {"position": 10, "is_enabled": "on", "keyword_match": "any", "reason": "rule", "priority": 0}
    return {"name": name, **defaults, **fields}


def names() -> list[str]:
    return [rule.name for rule in current_rulebook().rules]


def test_a_rule_counts_as_soon_as_it_is_saved(desk: Client) -> None:
    group = SkillGroup.objects.create(name="售后组")
    assert names() == []
    desk.post(reverse("admin:routing_rule_add"), row(hours="outside", group=group.pk, answerer="person"))
    rule = current_rulebook().rules[0]
    assert (rule.name, rule.answerer, [check.subject for check in rule.checks]) == ("夜间转值班", "person", ["hours"])


def test_a_rule_that_does_nothing_is_refused(desk: Client) -> None:
    page = desk.post(reverse("admin:routing_rule_add"), row(hours="outside"))
    assert "还没有任何动作" in page.content.decode() and not Rule.objects.exists()


def test_one_time_of_day_needs_the_other(desk: Client) -> None:
    page = desk.post(reverse("admin:routing_rule_add"), row(starts="09:00", answerer="ai"))
    assert "要么都填" in page.content.decode() and not Rule.objects.exists()


def test_order_and_switches_are_changed_in_the_list(desk: Client) -> None:
    first = Rule.objects.create(name="first", position=1, tag="a")
    second = Rule.objects.create(name="second", position=2, tag="b")
    third = Rule.objects.create(name="third", position=3, tag="c")
    data = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 3, "_save": "1"}
    for place, (rule, position, is_on) in enumerate([(first, 9, True), (second, 2, True), (third, 3, False)]):
        data |= {f"form-{place}-id": rule.pk, f"form-{place}-position": position}
        data |= {f"form-{place}-is_enabled": "on"} if is_on else {}
    desk.post(LIST, data)
    assert names() == ["second", "first"]


def test_a_deleted_rule_is_gone_at_once(desk: Client) -> None:
    rule = Rule.objects.create(name="one", tag="a")
    assert names() == ["one"]
    desk.post(reverse("admin:routing_rule_delete", args=[rule.pk]), {"post": "yes"})
    assert names() == []


def test_a_renamed_group_stays_in_its_rules(desk: Client) -> None:
    group = SkillGroup.objects.create(name="售后组")
    Rule.objects.create(name="one", group=group)
    desk.post(reverse("admin:routing_skillgroup_change", args=[group.pk]), {"name": "退换组", "priority": 0})
    assert current_rulebook().rules[0].actions[0].value == group.pk
    assert SkillGroup.objects.get().name == "退换组"


def test_integrators_neither_see_nor_try_rules(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    assert [client.get(url).status_code for url in (LIST, TRY)] == [403, 403]
    assert client.post(reverse("admin:routing_rule_add"), row(tag="a")).status_code == 403
    assert not Rule.objects.exists()


def trial(desk: Client, text: str, **data: object) -> Any:
    return desk.get(TRY, {"text": text, **data}).context["trial"]


def test_trying_says_which_rule_fired_and_why_the_others_did_not(desk: Client) -> None:
    install_defaults()
    found = trial(desk, "我要投诉你们店")
    assert (found.decision.answerer, found.because, found.reason) == ("person", "投诉转人工", "投诉")
    lines = {line.text: line for line in found.lines}
    assert lines["投诉转人工"].fired
    assert lines["退款未到账转人工"].failed == "意图：退款未到账"
    assert "标签“投诉”" in " ".join(found.actions) and found.guesses[0][0] == "投诉维权"


def test_trying_takes_channel_time_and_level_into_account(desk: Client) -> None:
    install_defaults()
    strategy = Strategy.objects.get(mode="vip_person_first")
    channel = make_channel(strategy=strategy)
    assert (
        trial(desk, "怎么退货", channel=channel.pk, level="vip").because == "接待策略：VIP 人工优先，其他客户 AI 接待"
    )
    assert trial(desk, "怎么退货", channel=channel.pk).decision.answerer == "ai"


def test_nobody_has_waited_for_years(desk: Client) -> None:
    page = desk.get(reverse("admin:routing_rule_try_rules"), {"text": "你好", "waited": "99999999999999"})
    assert page.status_code == 200 and list(page.context["form"].errors) == ["waited"]


def test_trying_at_another_time(desk: Client) -> None:
    install_defaults()
    channel = make_channel(schedule=Schedule.objects.get())
    at = [
        trial(desk, "你好", channel=channel.pk, at=f"2026-03-02T{clock}").facts.is_open for clock in ("10:00", "20:00")
    ]
    assert at == [True, False]


def test_what_is_exported_is_imported_as_the_same(desk: Client) -> None:
    install_defaults()
    before = current_rulebook().rules
    files = {resource: resource().export() for resource in (IntentResource, RuleResource)}
    Rule.objects.all().delete()
    Intent.objects.all().delete()
    for resource, dataset in files.items():
        assert not resource().import_data(Dataset().load(dataset.export("csv"), format="csv")).has_errors()
    assert current_rulebook().rules == before


def test_an_import_that_names_something_unknown_changes_nothing() -> None:
    rows = Dataset(headers=["名称", "意图", "标签"])
    rows.append(["good", "", "a"])
    rows.append(["bad", "no_such_intent", "b"])
    result = RuleResource().import_data(rows, use_transactions=True)
    assert "no_such_intent" in str(result.row_errors()[0][1][0].error)
    assert not Rule.objects.exists()


def test_special_days_are_imported_by_date() -> None:
    rows = Dataset(headers=["日期", "名称", "上班", "开始", "结束", "服务时间"])
    rows.append(["2027-10-01", "国庆", "否", "", "", ""])
    assert not HolidayResource().import_data(rows).has_errors()
    rows.append(["2027-10-09", "调休", "是", "09:00", "12:00", ""])
    assert not HolidayResource().import_data(rows).has_errors()
    assert [(str(day.day), day.is_open) for day in Holiday.objects.order_by("day")] == [
        ("2027-10-01", False),
        ("2027-10-09", True),
    ]


def test_the_import_page_shows_what_would_happen_first(desk: Client) -> None:
    file = SimpleUploadedFile("rules.csv", "名称,标签\n夜间,夜\n".encode())
    page = desk.post(reverse("admin:routing_rule_import"), {"import_file": file, "format": "1", "resource": ""})
    assert "夜间" in page.content.decode() and not Rule.objects.exists()


def import_page(desk: Client, name: str, content: bytes) -> str:
    sent = {"import_file": SimpleUploadedFile(name, content), "format": "1", "resource": ""}
    return desk.post(reverse("admin:routing_rule_import"), sent).content.decode()


def test_a_file_without_the_columns_is_refused_in_words_only(desk: Client) -> None:
    page = import_page(desk, "rules.csv", b"foo,bar\n1,2\n")
    assert "文件缺少这些列：名称" in page and "Traceback" not in page and "import_id_fields" not in page


def test_a_file_as_a_chinese_excel_saves_it_is_read(desk: Client) -> None:
    page = import_page(desk, "rules.csv", "名称,标签\n夜间值守,夜\n".encode("gbk"))
    assert "夜间值守" in page


def test_excel_opens_an_exported_csv_in_chinese(desk: Client) -> None:
    Rule.objects.create(name="夜间值守", tag="夜")
    asked = {"format": "1", "resource": "0"}
    file = desk.post(reverse("admin:routing_rule_export"), asked)
    assert file.content.startswith("\ufeff名称".encode())


def test_a_special_day_that_is_there_already_is_said_in_words(desk: Client) -> None:
    Holiday.objects.create(day="2026-12-31", name="盘点")
    page = desk.post(reverse("admin:routing_holiday_add"), {"day": "2026-12-31", "name": "盘点"})
    assert page.context["adminform"].form.non_field_errors() == ["对所有服务时间，这一天已经设置过了。"]
