"""REST: entries, categories and pending knowledge."""

from collections.abc import Callable

import pytest

from kb.models import Category, Entry, Gap, Product
from tests.api import ApiClient
from tests.factories import make_entry
from tests.kb.gaps import miss

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]
ENTRIES = "/api/v1/knowledge/entries/"
CATEGORIES = "/api/v1/knowledge/categories/"
PENDING = "/api/v1/knowledge/pending/"


@pytest.fixture
def author(api: Api) -> ApiClient:
    return api("knowledge:read", "knowledge:write")


@pytest.fixture
def publisher(api: Api) -> ApiClient:
    return api("knowledge:read", "knowledge:write", "knowledge:publish")


def test_an_entry_is_created_as_a_draft(author: ApiClient) -> None:
    topic = Category.objects.create(name="使用方法")
    body = {"question": "灯泡能换吗", "variants": ["灯泡怎么换", "换灯泡"], "answer": "可以。", "category": topic.pk}
    made = author.post(ENTRIES, body).json()
    entry = Entry.objects.get()
    assert (entry.variants, entry.status, entry.updated_by) == ("灯泡怎么换\n换灯泡", "draft", author.key.owner)
    assert (made["variants"], made["category_path"]) == (["灯泡怎么换", "换灯泡"], "使用方法")


def test_publishing_needs_its_own_scope(author: ApiClient, publisher: ApiClient) -> None:
    entry = make_entry(status="draft")
    path, body = f"{ENTRIES}{entry.pk}/", {"status": "published"}
    assert author.patch(path, body, "application/json").status_code == 403
    assert publisher.patch(path, body, "application/json").json()["status"] == "published"
    assert author.patch(path, {"answer": "x"}, "application/json").status_code == 403
    assert author.delete(path).status_code == 403
    entry.refresh_from_db()
    assert (entry.status, entry.answer) == ("published", "Two days.")


def test_a_patch_changes_only_what_was_sent(author: ApiClient) -> None:
    entry = make_entry("甲", "乙", status="draft", variants="丙", is_sample=True)
    author.patch(f"{ENTRIES}{entry.pk}/", {"answer": "丁"}, "application/json")
    entry.refresh_from_db()
    assert (entry.question, entry.answer, entry.variants, entry.is_sample) == ("甲", "丁", "丙", False)


def test_the_same_question_is_refused_at_its_field(author: ApiClient) -> None:
    make_entry("灯泡能换吗")
    reply = author.post(ENTRIES, {"question": "灯泡能换吗 ", "answer": "可以。"})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/question")


def test_an_entry_is_deleted(author: ApiClient) -> None:
    assert author.delete(f"{ENTRIES}{make_entry(status='draft').pk}/").status_code == 204
    assert not Entry.objects.exists()


def test_entries_are_filtered(author: ApiClient) -> None:
    top = Category.objects.create(name="售后服务")
    inner = Category.objects.create(name="退货流程", parent=top)
    make_entry("怎么退货", "点申请售后。", category=inner)
    make_entry("怎么换货", "联系客服。", status="draft")
    found = {
        query: len(author.get(f"{ENTRIES}?{query}").json()["results"])
        for query in ("", f"category={top.pk}", "status=draft", "search=售后", "external_id=x")
    }
    assert found == {"": 2, f"category={top.pk}": 1, "status=draft": 1, "search=售后": 1, "external_id=x": 0}


def test_a_list_needs_no_more_queries_when_it_is_longer(
    author: ApiClient, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(20):
        make_entry(f"question {number}", category=Category.objects.create(name=str(number)))
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        author.get(ENTRIES)


def test_categories_have_three_levels(author: ApiClient) -> None:
    made = {"id": None, "path": ""}
    for name in ("售后服务", "退货流程", "7天无理由退货"):
        made = author.post(CATEGORIES, {"name": name, "parent": made["id"]}).json()
    assert made["path"] == "售后服务/退货流程/7天无理由退货"
    assert author.post(CATEGORIES, {"name": "太深", "parent": made["id"]}).status_code == 400
    renamed = author.patch(f"{CATEGORIES}{made['id']}/", {"name": "无理由退货"}, "application/json")
    assert renamed.json()["path"] == "售后服务/退货流程/无理由退货"


def test_pending_knowledge_becomes_a_draft(api: Api) -> None:
    pending = api("pending:read", "pending:write")
    gap = miss("灯泡能换吗", source="handoff", answer="可以自己换。", conversation_id=3)
    miss("你叫什么名字")
    listed = pending.get(PENDING).json()["results"]
    assert [row["question"] for row in listed] == ["灯泡能换吗", "你叫什么名字"]
    asked = pending.get(f"{PENDING}{gap.pk}/questions/").json()
    assert [(row["text"], row["source"], row["conversation"]) for row in asked] == [("灯泡能换吗", "handoff", 3)]
    drafted = pending.post(f"{PENDING}{gap.pk}/draft/").json()
    assert (drafted["status"], drafted["entry"]) == ("drafted", Entry.objects.get().pk)


def test_pending_knowledge_is_ignored_and_put_back(api: Api) -> None:
    pending = api("pending:read", "pending:write")
    path = f"{PENDING}{miss('你叫什么名字').pk}"
    seen = [pending.post(f"{path}/{verb}/").json()["status"] for verb in ("ignore", "reopen")]
    assert seen == ["ignored", "open"]
    found = [len(pending.get(f"{PENDING}?source={source}").json()["results"]) for source in ("miss", "handoff")]
    assert found == [1, 0]


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", ENTRIES), ("post", ENTRIES), ("get", CATEGORIES), ("post", CATEGORIES), ("get", PENDING)],
)
def test_another_scope_opens_nothing(api: Api, method: str, path: str) -> None:
    assert getattr(api("channels:read"), method)(path).status_code == 403


def test_a_key_that_reads_changes_nothing(api: Api) -> None:
    gap = miss("灯泡能换吗")
    reader = api("knowledge:read", "pending:read")
    assert reader.post(ENTRIES, {"question": "a", "answer": "b"}).status_code == 403
    assert reader.post(f"{PENDING}{gap.pk}/ignore/").status_code == 403
    assert (Entry.objects.count(), Gap.objects.get().status) == (0, "open")


def test_scope_and_validity_are_read_and_written(author: ApiClient) -> None:
    Product.objects.create(sku="S-1", name="围巾")
    scope = {"channels": ["web"], "stages": ["pre_sale"], "products": ["S-1"], "match_mode": "contains"}
    body = {"question": "怎么洗", "answer": "手洗", "valid_until": "2026-11-11T12:00:00+08:00", **scope}
    made = author.post(ENTRIES, body, "application/json").json()
    assert {name: made[name] for name in scope} == scope
    author.patch(f"{ENTRIES}{made['id']}/", {"products": [], "valid_until": None}, "application/json")
    entry = Entry.objects.get()
    assert (entry.products.count(), entry.valid_until, entry.channels) == (0, None, "web")


def test_a_channel_that_is_not_there_is_refused_at_its_field(author: ApiClient) -> None:
    reply = author.post(ENTRIES, {"question": "甲", "answer": "乙", "channels": ["web", "wbe"]})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/channels")
    assert Entry.objects.count() == 0


def test_a_number_that_another_entry_has_is_named(author: ApiClient) -> None:
    twin = make_entry("甲", "乙", external_id="faq-1")
    reply = author.post(ENTRIES, {"question": "丙", "answer": "丁", "external_id": "faq-1"})
    assert (reply.status_code, reply.json()["code"]) == (409, "external_id_taken")
    assert str(twin.pk) in reply.json()["detail"]


def test_a_version_that_is_not_the_present_one_is_refused(author: ApiClient) -> None:
    entry = make_entry("甲", "乙", status="draft")
    reply = author.patch(f"{ENTRIES}{entry.pk}/", {"answer": "丁", "version": 7}, "application/json")
    assert reply.status_code == 409
    reply = author.patch(f"{ENTRIES}{entry.pk}/", {"answer": "丁", "version": 1}, "application/json")
    assert (reply.status_code, reply.json()["version"]) == (200, 2)


def test_a_condition_that_cannot_be_read_is_refused_at_its_field(author: ApiClient) -> None:
    reply = author.post(ENTRIES, {"question": "甲", "answer": "乙", "handoff": "amount over: abc"})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, "#/handoff")
