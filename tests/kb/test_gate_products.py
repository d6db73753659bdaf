"""What a product is called says what a question is about: renaming one goes through the gate."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.models import Entry, GoldenRun, Product
from kb.services.gate import PublishBlocked
from kb.services.products import delete_products, save_product
from tests.factories import make_entry
from tests.kb.golden import make_golden

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]
ASKED = "云朵台灯能调光吗"


@pytest.fixture
def lamp() -> Product:
    return Product.objects.create(sku="TL-201", name="云朵台灯")


@pytest.fixture
def known(lamp: Product) -> Entry:
    """Only the name of the product tells that the entry is about what was asked."""
    make_entry("TL-305 能调光吗", "这款不能调光。")
    entry = make_entry("TL-201 能调光吗", "三档可调。")
    make_golden(ASKED, entry)
    return entry


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_a_new_name_that_loses_an_answer_is_stopped(lamp: Product, known: Entry) -> None:
    lamp.name = "月亮夜灯"
    with pytest.raises(PublishBlocked):
        save_product(lamp, by=None)
    assert Product.objects.get().name == "云朵台灯"


def test_what_was_undone_is_not_remembered(lamp: Product, known: Entry) -> None:
    for _again in range(2):
        lamp.name = "月亮夜灯"
        with pytest.raises(PublishBlocked):
            save_product(lamp, by=None)


def test_another_price_asks_nothing(lamp: Product, known: Entry) -> None:
    before = GoldenRun.objects.count()
    lamp.summary = "三档调光"
    save_product(lamp, by=None)
    assert (Product.objects.get().summary, GoldenRun.objects.count()) == ("三档调光", before)


def test_a_product_that_an_answer_needs_is_not_deleted(lamp: Product, known: Entry) -> None:
    with pytest.raises(PublishBlocked):
        delete_products([lamp], by=None)
    assert Product.objects.exists()


def test_the_form_shows_the_questions_and_comes_back(desk: Client, lamp: Product, known: Entry) -> None:
    page = reverse("admin:kb_product_change", args=[lamp.pk])
    sent = {"name": "月亮夜灯", "sku": "TL-201", "is_active": "on", "_save": "1"}
    reply = desk.post(page, sent)
    assert (reply.status_code, ASKED in reply.content.decode()) == (409, True)
    back = desk.post(page, {**sent, "gate": "back"})
    assert back.context["adminform"].form["name"].value() == "月亮夜灯"
    desk.post(page, {**sent, "gate": "override", "override_reason": "改名了"})
    assert Product.objects.get().name == "月亮夜灯"


def test_the_form_of_the_dictionary_comes_back_too(desk: Client, lamp: Product, known: Entry) -> None:
    sent = {"kind": "protected", "word": "调光", "right_word": "", "gate": "back", "_save": "1"}
    back = desk.post(reverse("admin:kb_term_add"), sent)
    assert back.context["adminform"].form["word"].value() == "调光"


def test_a_product_that_entries_are_meant_for_names_them_with_a_way_to_each(
    desk: Client, lamp: Product, known: Entry
) -> None:
    known.products.set([lamp])
    url = reverse("admin:kb_product_delete", args=[lamp.pk])
    page = desk.get(url).content.decode()
    assert "暂时不能删除" in page and reverse("admin:kb_entry_change", args=[known.pk]) in page
    desk.post(url, {"post": "yes"})
    assert Product.objects.get() == lamp
