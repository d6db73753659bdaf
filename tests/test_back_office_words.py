"""Words of the back office that the theme would choose badly: before deleting, in an empty list, in a page's head."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.models import Category, EntryVersion
from marketing.models import Segment
from routing.models import Intent, Rule
from tests.factories import make_channel, make_entry

pytestmark = pytest.mark.django_db


def body(client: Client, name: str, *args: object, **query: str) -> str:
    page = client.get(reverse(f"admin:{name}", args=args), query).content.decode()
    return page[page.index('id="content') :]


@pytest.fixture
def rule() -> Rule:
    rule = Rule.objects.create(name="投诉转主管")
    rule.intents.add(*Intent.objects.all()[:2])
    rule.channels.add(make_channel())
    return rule


def test_deleting_a_rule_names_the_rule_and_no_links(client: Client, manager: User, rule: Rule) -> None:
    client.force_login(manager)
    page = body(client, "routing_rule_delete", rule.pk)
    assert "投诉转主管" in page and " object (" not in page and "rule-intent" not in page.lower()


def test_deleting_several_names_each_and_no_links(client: Client, manager: User) -> None:
    segment = Segment.objects.create(name="老顾客")
    segment.channels.add(make_channel())
    client.force_login(manager)
    form = {"action": "delete_selected", "_selected_action": [segment.pk]}
    page = client.post(reverse("admin:marketing_segment_changelist"), form).content.decode()
    assert "老顾客" in page and " object (" not in page


def test_deleting_a_topic_names_the_topics_below_it(client: Client, manager: User) -> None:
    top = Category.objects.create(name="售后")
    Category.objects.create(name="退货", parent=top)
    client.force_login(manager)
    page = body(client, "kb_category_delete", top.pk)
    assert re.search(r"售后</a>\s*<ul>.*退货</a>", page, re.DOTALL)


def test_versions_go_unsaid_with_their_entry(client: Client, manager: User) -> None:
    entry = make_entry("怎么退货")
    client.force_login(manager)
    page = body(client, "kb_entry_delete", entry.pk)
    assert str(EntryVersion._meta.verbose_name_plural) not in page and "怎么退货" in page


@pytest.mark.parametrize(("query", "words"), [({}, "这里还没有内容"), ({"q": "无"}, "没有找到")])
def test_an_empty_list_says_why(client: Client, manager: User, query: dict[str, str], words: str) -> None:
    client.force_login(manager)
    assert words in body(client, "kb_product_changelist", **query)


def test_a_page_beside_the_list_is_named_in_the_head(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.get(reverse("admin:kb_goldenquestion_import_questions")).content.decode()
    head = page[page.index("<h1") : page.index("</h1>")]
    assert "导入" in head and reverse("admin:kb_goldenquestion_changelist") in head


def test_the_head_of_an_entry_groups_its_pages(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.get(reverse("admin:kb_entry_change", args=[make_entry().pk]))
    buttons = [str(one["title"]) for one in page.context["actions_detail"]]
    assert buttons == ["试问这个问题", "更多"]


def test_every_label_of_a_list_has_a_colour() -> None:
    """A value without one is shown as its key, untranslated."""
    missing = []
    for model, page in admin.site._registry.items():
        for name in page.list_display:
            labels = getattr(getattr(page, str(name), None), "label", None)
            field = str(name).removeprefix("show_")
            choices = next((dict(f.choices or ()) for f in model._meta.fields if f.name == field), {})
            if isinstance(labels, dict) and choices:
                missing += [f"{model.__name__}.{field}: {key}" for key in choices if key not in labels]
    assert "; ".join(missing) == ""


def test_what_exists_already_is_said_in_plain_words(client: Client, manager: User) -> None:
    client.force_login(manager)
    make_channel(key="site")
    page = client.post(reverse("admin:routing_channel_add"), {"name": "官网二", "key": "site", "kind": "web"})
    assert page.context["adminform"].form.errors["key"] == ["已经有渠道用了同样的标识。"]
