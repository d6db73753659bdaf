"""Duplicates and contradictions: found by meaning and facts, asked about before publishing, never nagged about twice."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import AuditEntry, User
from kb.contradictions import differences_between
from kb.models import Entry, Overlap
from kb.overlaps import find_overlaps
from kb.prepared import IndexedEntry
from kb.scope import EVERYBODY, Applicability
from kb.services.overlaps import accept_overlaps, look_through_everything, overlaps_of
from kb.version import bump_version
from tests.factories import make_entry
from tests.kb.conftest import build_index, entry
from tests.kb.encoders import FakeEncoder
from tests.kb.test_entry_form import send

MEANINGS = dict.fromkeys(("运费谁出", "邮费算谁的", "寄回的钱谁付", "退货邮费谁承担"), "freight")


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ("支持7天无理由退货。", "签收后十五天内可退。", "天"),
        ("满 99 元包邮", "满59块包邮", "元"),
        ("运费由我们承担", "运费由买家承担", "payer"),
        ("支持货到付款", "暂不支持货到付款", "able"),
        ("可以，请放心。", "抱歉，不能。", "able"),
    ],
)
def test_answers_that_contradict_each_other(one: str, other: str, about: str) -> None:
    assert [difference.about for difference in differences_between(one, other)] == [about]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("7天内可退", "签收7天内可以退货"),
        ("7天内可退，15天内可换", "7天内可退"),
        ("12月1日前有效", "11月30日前有效"),
        ("联系客服", "请找在线客服"),
    ],
)
def test_answers_that_say_more_or_less_the_same(one: str, other: str) -> None:
    assert differences_between(one, other) == []


def freight(number: int, *phrasings: str, answer: str, applies: Applicability = EVERYBODY) -> IndexedEntry:
    return IndexedEntry(number, phrasings, answer, applies=applies)


def test_entries_that_answer_each_others_questions_are_found(encoder: FakeEncoder) -> None:
    encoder.meanings = MEANINGS
    known = freight(1, "运费谁出", "邮费算谁的", answer="我们承担。")
    index = build_index(encoder, known, entry(2, "发票怎么开"), entry(3, "多久发货"))
    new = freight(0, "寄回的钱谁付", "退货邮费谁承担", answer="由买家承担。")
    (found,) = find_overlaps(index, new, encoder.encode_question)
    assert (found.entry, found.is_contradiction) == (known, True)
    assert find_overlaps(index, entry(0, "能刻字吗"), encoder.encode_question) == []


def test_entries_for_other_customers_do_not_overlap(encoder: FakeEncoder) -> None:
    web, douyin = (Applicability(channels=frozenset({name})) for name in ("web", "douyin"))
    index = build_index(encoder, freight(1, "运费谁出", answer="我们承担。", applies=web))
    assert (
        find_overlaps(index, freight(0, "运费谁出", answer="买家承担。", applies=douyin), encoder.encode_question) == []
    )
    assert find_overlaps(index, freight(0, "运费谁出", answer="买家承担。", applies=web), encoder.encode_question)


def test_a_narrower_answer_to_the_same_question_is_meant(encoder: FakeEncoder) -> None:
    index = build_index(encoder, freight(1, "运费谁出", answer="买家承担。"))
    web = Applicability(channels=frozenset({"web"}))
    assert find_overlaps(index, freight(0, "运费谁出", answer="我们承担。", applies=web), encoder.encode_question) == []


@pytest.mark.django_db
def test_the_form_asks_before_it_publishes_and_keeps_the_reason(desk: Client, words_only: None) -> None:
    make_entry("运费谁出", "我们承担。", variants="邮费谁付")
    new = make_entry("退货邮费", "由买家承担。", variants="邮费谁付", status="draft")
    page = send(desk, new, status="published", answer="由买家承担，7天内。")
    assert "由买家承担，7天内。" in page.content.decode() and "我们承担。" in page.content.decode()
    assert not Entry.objects.published().filter(pk=new.pk).exists()
    send(desk, new, status="published", answer="由买家承担，7天内。", overlap_reason="不同仓库")
    assert Entry.objects.published().filter(pk=new.pk).exists()
    assert AuditEntry.objects.get(action="entry.published_anyway").details["reason"] == "不同仓库"
    assert overlaps_of(Entry.objects.get(pk=new.pk), []) == []


@pytest.mark.django_db
def test_the_list_publishes_what_is_clear_and_asks_about_the_rest(desk: Client, words_only: None) -> None:
    make_entry("运费谁出", "我们承担。")
    clear = make_entry("能刻字吗", "可以。", status="draft")
    doubtful = make_entry("邮费", "买家承担。", variants="运费谁出", status="draft")
    ids = [clear.pk, doubtful.pk]
    reply = desk.post(reverse("admin:kb_entry_changelist"), {"action": "publish", "_selected_action": ids})
    assert set(Entry.objects.published().values_list("question", flat=True)) == {"运费谁出", "能刻字吗"}
    assert "买家承担。" in desk.get(reply.url).content.decode()
    desk.post(reverse("admin:kb_entry_publish_anyway"), {"ids": str(doubtful.pk), "reason": ""})
    assert Entry.objects.get(pk=doubtful.pk).status == "draft"
    desk.post(reverse("admin:kb_entry_publish_anyway"), {"ids": str(doubtful.pk), "reason": "两个仓库"})
    assert Entry.objects.get(pk=doubtful.pk).status == "published"


@pytest.mark.django_db
def test_phrasings_join_the_other_entry(desk: Client, words_only: None) -> None:
    known = make_entry("运费谁出", "我们承担。", variants="邮费谁付")
    new = make_entry("退货邮费", "我们承担。", variants="邮费谁付\n寄回要钱吗", status="draft")
    desk.post(reverse("admin:kb_entry_merge"), {"into": known.pk, "from": new.pk})
    known.refresh_from_db(), new.refresh_from_db()
    assert (known.variants, new.status) == ("邮费谁付\n退货邮费\n寄回要钱吗", "archived")
    assert known.versions.first().deed == "merged"


@pytest.mark.django_db
def test_the_list_of_all_keeps_what_was_accepted_until_the_facts_change(manager: User, words_only: None) -> None:
    one, other = make_entry("运费谁出", "我们承担。"), make_entry("邮费", "买家承担。", variants="运费谁出")
    assert look_through_everything() == 1
    accept_overlaps(other, overlaps_of(other, []), reason="两个仓库", by=manager)
    look_through_everything()
    assert not Overlap.objects.open().exists()
    Entry.objects.filter(pk=one.pk).update(answer="买家承担。7 天内。")
    Entry.objects.filter(pk=other.pk).update(answer="买家承担。15 天内。")
    bump_version()
    look_through_everything()
    assert Overlap.objects.open().get().differences[0]["about"] == "天"


@pytest.mark.django_db
def test_the_page_lists_pairs(desk: Client, words_only: None) -> None:
    make_entry("运费谁出", "我们承担。"), make_entry("邮费", "买家承担。", variants="运费谁出")
    look_through_everything()
    page = desk.get(reverse("admin:kb_entry_overlaps")).content.decode()
    assert "运费谁出" in page and "谁承担费用" in page
