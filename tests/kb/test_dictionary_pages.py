"""The dictionary in the back office: kept by a manager, read by nobody else, taken along as a file."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries
from tablib import Dataset

from cs_platform.models import AuditEntry, User
from kb.dictionary_files import SynonymGroupResource, TermResource
from kb.models import SwitchedOffGroup, SynonymGroup, Term
from kb.search import current_index

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("words_only")]

GROUPS, TERMS = "admin:kb_synonymgroup", "admin:kb_term"


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_a_manager_adds_a_group_and_it_counts_at_once(desk: Client) -> None:
    reply = desk.post(reverse(f"{GROUPS}_add"), {"words": "青团\n艾粑粑\n艾粑粑", "note": "清明"})
    assert reply.status_code == 302 and SynonymGroup.objects.get().listed == ["青团", "艾粑粑"]
    read = current_index().reader.read
    assert read("艾粑粑").words == read("青团").words
    assert AuditEntry.objects.get(action="dictionary.group_saved").actor_name == "manager"


def test_what_does_not_fit_is_said_at_the_field_and_nothing_is_lost(desk: Client) -> None:
    SynonymGroup.objects.create(words="饭团\n粢饭")
    page = desk.post(reverse(f"{GROUPS}_add"), {"words": "饭团\n三角饭团", "note": ""}).content.decode()
    assert "饭团 = 粢饭" in page and "三角饭团" in page
    assert SynonymGroup.objects.count() == 1


def test_a_misspelling_without_right_word_is_refused(desk: Client) -> None:
    page = desk.post(reverse(f"{TERMS}_add"), {"kind": "misspelling", "word": "发飘", "right_word": ""})
    assert "right_word" in page.context["adminform"].form.errors and not Term.objects.exists()


def test_a_term_is_deleted_for_good_and_at_once(desk: Client) -> None:
    desk.post(reverse(f"{TERMS}_add"), {"kind": "misspelling", "word": "青摊", "right_word": "青团"})
    assert current_index().reader.read("青摊").text == "青团"
    desk.post(reverse(f"{TERMS}_delete", args=[Term.objects.get().pk]), {"post": "yes"})
    assert current_index().reader.read("青摊").text == "青摊"


def test_a_shipped_group_is_switched_off_and_on_again(desk: Client) -> None:
    page = reverse("admin:kb_synonymgroup_shipped")
    assert "快递费" in desk.get(page, {"q": "邮费"}).content.decode()
    desk.post(page, {"group": "运费", "is_on": "0"})
    assert SwitchedOffGroup.objects.get().first_word == "运费"
    desk.post(page, {"group": "运费", "is_on": "1"})
    desk.post(page, {"group": "没有这一组", "is_on": "0"})
    assert not SwitchedOffGroup.objects.exists()


@pytest.mark.parametrize("name", [f"{GROUPS}_changelist", f"{TERMS}_changelist", "admin:kb_synonymgroup_shipped"])
def test_agents_stay_outside(client: Client, agent: User, name: str) -> None:
    client.force_login(agent)
    assert client.get(reverse(name)).status_code in (302, 403)
    assert client.post(reverse(name), {"group": "运费", "is_on": "0"}).status_code in (302, 403)
    assert not SwitchedOffGroup.objects.exists()


def test_a_long_list_takes_no_more_queries(desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    SynonymGroup.objects.bulk_create(SynonymGroup(words=f"甲{number}\n乙{number}") for number in range(40))
    with django_assert_max_num_queries(12):
        desk.get(reverse(f"{GROUPS}_changelist"))


def test_a_file_goes_out_and_comes_in_again() -> None:
    SynonymGroup.objects.create(words="青团\n艾粑粑", note="清明")
    Term.objects.create(kind="misspelling", word="青摊", key="青摊", right_word="青团")
    groups, terms = SynonymGroupResource().export(), TermResource().export()
    SynonymGroup.objects.all().delete(), Term.objects.all().delete()
    SynonymGroupResource().import_data(groups, raise_errors=True)
    TermResource().import_data(terms, raise_errors=True)
    assert SynonymGroup.objects.get().listed == ["青团", "艾粑粑"] and str(Term.objects.get()) == "青摊 → 青团"


def test_a_line_that_contradicts_another_is_told_by_its_row() -> None:
    rows = Dataset(["青团、艾粑粑", ""], ["饭团|艾粑粑", ""], headers=["同义词", "备注"])
    result = SynonymGroupResource().import_data(rows, dry_run=True)
    assert [row.number for row in result.invalid_rows] == [2]
    assert not SynonymGroup.objects.exists()


def test_the_import_page_shows_what_would_change_first(desk: Client) -> None:
    book = io.BytesIO(Dataset(["青团、艾粑粑", ""], headers=["同义词", "备注"]).export("xlsx"))
    file = SimpleUploadedFile("words.xlsx", book.getvalue())
    page = desk.post(reverse("admin:kb_synonymgroup_import"), {"import_file": file, "format": "0"})
    assert "艾粑粑" in page.content.decode() and not SynonymGroup.objects.exists()
    desk.post(reverse("admin:kb_synonymgroup_process_import"), page.context["confirm_form"].initial)
    assert SynonymGroup.objects.get().listed == ["青团", "艾粑粑"]
