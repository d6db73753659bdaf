"""What a run tried is told in the language of whoever reads it, not of whoever started it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from cs_platform.models import User
from kb.models import GoldenRun, Product
from kb.run_titles import DEEDS, RunTitle
from kb.services import archive_entries, delete_entries
from kb.services.golden_runs import start_manual_run
from kb.services.products import delete_products
from tests.factories import make_entry
from tests.kb.golden import make_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]


def headings(run: GoldenRun) -> tuple[str, str]:
    """In English and in Chinese."""
    with translation.override("en"):
        english = run.heading
    with translation.override("zh-hans"):
        return english, run.heading


def test_a_run_by_hand(manager: User) -> None:
    with translation.override("en"):
        run = start_manual_run(by=manager)
    assert headings(run) == ("All golden questions", "全部必测问题")


def test_a_run_by_hand_from_before(manager: User) -> None:
    run = GoldenRun.objects.create(trigger="manual", title="All golden questions", by=manager)
    assert headings(run)[1] == "全部必测问题"


def test_entries_that_are_archived_and_deleted(manager: User) -> None:
    make_golden("怎么退货", make_entry("怎么退货"))
    archive_entries([make_entry("能刻字吗")], by=manager)
    assert headings(GoldenRun.objects.latest("pk")) == ("Archived: “能刻字吗”", "归档：“能刻字吗”")
    delete_entries([make_entry("能贴膜吗")], by=manager)
    assert headings(GoldenRun.objects.latest("pk")) == ("Deleted: “能贴膜吗”", "删除：“能贴膜吗”")


def test_a_product_that_is_removed(manager: User) -> None:
    make_golden("怎么退货", make_entry("怎么退货"))
    delete_products([Product.objects.create(sku="QT-1", name="青团 100% 手作")], by=manager)
    assert headings(GoldenRun.objects.get()) == ("Product removed: 青团 100% 手作", "删除商品：青团 100% 手作")


def test_a_change_without_a_deed_is_called_by_the_shops_own_words() -> None:
    assert str(RunTitle("满 100% 减 %(subject)s")) == "满 100% 减 %(subject)s"


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_every_deed_has_words_in_both_languages(deed: str) -> None:
    with translation.override("en"):
        english = str(RunTitle("x", deed))
    with translation.override("zh-hans"):
        assert str(RunTitle("x", deed)) != english


def test_the_list_shows_titles_in_the_language_of_the_page(client: Client, manager: User) -> None:
    with translation.override("en"):
        start_manual_run(by=manager)
    client.force_login(manager)
    page = client.get(reverse("admin:kb_goldenrun_changelist")).content.decode()
    assert "全部必测问题" in page and "All golden questions" not in page
