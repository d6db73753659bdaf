"""Every door that publishes says which published entries answer the same: REST, files, the list of entries."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import AuditEntry, User
from kb.imports import import_file
from kb.models import Entry, Overlap
from kb.services.overlap_checks import check_entries
from tests.api import ApiClient
from tests.factories import make_entry
from tests.kb.history import make_mined

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]
ENTRIES = "/api/v1/knowledge/entries/"
DOUBLE = {"question": "邮费", "variants": ["运费谁出"], "answer": "由买家承担。", "status": "published"}
PUBLISH_ANYWAY = "admin:kb_entry_publish_anyway"


@pytest.fixture
def known() -> Entry:
    return make_entry("运费谁出", "我们承担。")


@pytest.fixture
def publisher(api: Callable[..., ApiClient]) -> ApiClient:
    return api("knowledge:read", "knowledge:write", "knowledge:publish")


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_a_program_is_told_what_its_entry_contradicts(publisher: ApiClient, known: Entry) -> None:
    reply = publisher.post(ENTRIES, DOUBLE)
    (warning,) = reply.json()["warnings"]
    assert (reply.status_code, warning["code"], warning["entry"]) == (201, "contradiction", known.pk)
    assert warning["differences"] == [{"about": "payer", "one": "customer", "other": "shop"}]
    assert Overlap.objects.open().get().second_id == reply.json()["id"]


def test_a_program_that_says_why_settles_the_pair(publisher: ApiClient, known: Entry) -> None:
    made = publisher.post(ENTRIES, {**DOUBLE, "overlap_reason": "另一个仓库"}).json()
    assert AuditEntry.objects.get(action="entry.published_anyway").details["reason"] == "另一个仓库"
    again = publisher.patch(f"{ENTRIES}{made['id']}/", {"related": ["能刻字吗"]}, "application/json").json()
    assert (len(made["warnings"]), again["warnings"]) == (1, [])


def test_a_program_can_have_overlaps_refused(publisher: ApiClient, known: Entry) -> None:
    reply = publisher.post(ENTRIES, {**DOUBLE, "refuse_overlaps": True})
    assert (reply.status_code, reply.json()["code"], len(reply.json()["warnings"])) == (409, "overlaps", 1)
    assert list(Entry.objects.all()) == [known]


def test_a_draft_of_a_program_is_not_looked_at(publisher: ApiClient, known: Entry) -> None:
    assert publisher.post(ENTRIES, {**DOUBLE, "status": "draft"}).json()["warnings"] == []


def test_samples_are_no_rivals_of_what_a_shop_brings(publisher: ApiClient) -> None:
    make_entry("运费谁出", "我们承担。", is_sample=True)
    assert publisher.post(ENTRIES, DOUBLE).json()["warnings"] == []


def test_the_preview_of_a_file_names_what_its_rows_contradict(known: Entry) -> None:
    rows = "问题,答案,状态\n运费谁出|邮费算谁的,由买家承担。,已发布\n能刻字吗,可以。,已发布\n多久发货,两天。,草稿\n"
    content = rows.replace("运费谁出|", "邮费|运费谁出|").encode()
    preview = import_file("faq.csv", content, by=None, dry_run=True)
    assert [len(row.overlaps) for row in preview.rows] == [1, 0, 0]
    assert (preview.overlapping, preview.rows[0].overlaps[0].question) == (1, "运费谁出")


def test_a_row_is_not_compared_with_the_entry_that_it_changes(known: Entry) -> None:
    content = "问题,答案,状态\n运费谁出,由买家承担。,已发布\n".encode()
    preview = import_file("faq.csv", content, by=None, dry_run=True)
    assert (preview.counts["updated"], preview.overlapping) == (1, 0)


def test_the_list_asks_page_by_page_however_many_are_chosen(desk: Client, known: Entry) -> None:
    doubles = [make_entry(f"邮费{n}", "由买家承担。", variants="运费谁出", status="draft") for n in range(24)]
    clear = [make_entry(f"第{n}款能刻字吗", f"第{n}款可以。", status="draft") for n in range(8)]
    ids = [entry.pk for entry in (*doubles, *clear)]
    page = desk.post(reverse("admin:kb_entry_changelist"), {"action": "publish", "_selected_action": ids}).url
    shown = desk.get(page).content.decode()
    assert (shown.count("kb-beside"), "dict_values" in shown, "<strong>客户</strong>" in shown) == (20, False, True)
    token = page.split("left=")[1]
    given = {"ids": ",".join(str(entry.pk) for entry in doubles[:20]), "left": token, "leave": "1"}
    page = desk.post(reverse(PUBLISH_ANYWAY), given).url
    assert desk.get(page).content.decode().count("kb-beside") == 4
    assert set(Entry.objects.published()) == {known, *clear}


def test_a_look_without_time_is_at_one_entry(known: Entry) -> None:
    drafts = [make_entry(f"第{n}款能刻字吗", f"第{n}款可以。", status="draft").pk for n in range(3)]
    checked = check_entries(drafts, seconds=0.0, doubts_max=9)
    assert (checked.clear, checked.doubtful, checked.left) == (drafts[:1], [], drafts[1:])


def test_frequent_questions_that_are_published_say_what_they_contradict(desk: Client, known: Entry) -> None:
    mined = make_mined("邮费", "由买家承担。", phrasings="运费谁出")
    chosen = {"action": "accept_and_publish", "_selected_action": [mined.pk]}
    page = desk.post(reverse("admin:kb_minedquestion_changelist"), chosen, follow=True).content.decode()
    assert reverse("admin:kb_entry_overlaps") in page
    assert Overlap.objects.open().get().first == known


def test_an_entry_found_by_patterns_takes_no_phrasings_of_another(desk: Client, known: Entry) -> None:
    other = make_entry("邮费多少", variants="*邮费*", match_mode="pattern")
    desk.post(reverse("admin:kb_entry_merge"), {"into": other.pk, "from": known.pk})
    other.refresh_from_db(), known.refresh_from_db()
    assert (other.variants, known.status) == ("*邮费*", "published")


@pytest.mark.parametrize("number", ["9" * 25, "9" * 5_000, "²"])
def test_what_is_no_number_of_an_entry_is_left_out(desk: Client, number: str) -> None:
    assert desk.get(reverse(PUBLISH_ANYWAY), {"ids": number}).status_code == 200
    assert desk.post(reverse("admin:kb_entry_merge"), {"into": number}).status_code == 404
    assert desk.get(reverse("admin:kb_entry_changelist"), {"topic": number}).status_code == 200
    assert desk.get("/admin/reports/costs/", {"channel": number}).status_code == 200
