"""Pages for what went wrong: quiet, in the visitor's language, and whole without a database."""

import pytest
from django.contrib import admin
from django.db.models import BigAutoField
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from cs_platform.models import User

WRONG = {"zh-hans": "出了点问题", "en": "Something went wrong"}


def visitor(language: str, **options: bool) -> Client:
    client = Client(raise_request_exception=False, **options)
    client.cookies["django_language"] = language
    return client


# Without the mark `django_db` each look into the database fails, as it does when the database is gone.
@pytest.mark.parametrize("language", WRONG)
@pytest.mark.parametrize("path", ["/", "/chat/demo/"])
def test_without_a_database_the_page_says_so(language: str, path: str) -> None:
    reply = visitor(language).get(path)
    page = reply.content.decode()
    assert reply.status_code == 500
    assert f"<h1>{WRONG[language]}</h1>" in page and 'href="/"' in page


def test_in_the_back_office_the_way_out_leads_into_it() -> None:
    client = visitor("en")
    client.cookies["sessionid"] = "whatever"
    page = client.get("/admin/kb/entry/")
    assert page.status_code == 500 and 'href="/admin/"' in page.content.decode()


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "页面不存在"), ("en", "Page not found")])
@pytest.mark.django_db
def test_an_address_that_is_none(language: str, heading: str) -> None:
    reply = visitor(language).get("/nowhere/")
    assert reply.status_code == 404 and heading in reply.content.decode()


@pytest.mark.django_db
def test_a_number_that_is_none_is_no_page_anywhere_in_the_back_office(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    pages = {
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/{url.pattern}".replace("<path:object_id>", "no.77")
        for model, page in admin.site._registry.items()
        for url in page.get_urls()
        if "<path:object_id>/" in str(url.pattern) and isinstance(model._meta.pk, BigAutoField)
    }
    found = {page: client.get(page).status_code for page in pages}
    # Without a word behind it Django leads such an address to the page for changing it.
    assert {page: status for page, status in found.items() if status not in (404, 302)} == {}


@pytest.mark.django_db
def test_a_filter_by_a_number_that_no_row_has_breaks_no_list(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    lists = {
        f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?{field.name}={'9' * 30}"
        for model in admin.site._registry
        for field in model._meta.concrete_fields
        if field.is_relation
    }
    # A filter that it cannot read Django leaves out; where the database can count so far, no row is found.
    found = {page: client.get(page, follow=True).status_code for page in lists}
    assert found and {page: status for page, status in found.items() if status != 200} == {}


@pytest.mark.django_db
def test_a_year_beyond_the_calendar_breaks_no_list(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    page = client.get(reverse("admin:cs_platform_auditentry_changelist"), {"created_at__year": "99999"}, follow=True)
    assert page.status_code == 200


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "这个账号不能使用"), ("en", "Not for this account")])
def test_a_page_for_another_role(language: str, heading: str, integrator: User) -> None:
    client = visitor(language)
    client.force_login(integrator)
    reply = client.get("/admin/kb/entry/")
    assert reply.status_code == 403 and heading in reply.content.decode()


@pytest.mark.parametrize(("language", "heading"), [("zh-hans", "表单已过期"), ("en", "This form has expired")])
def test_a_form_without_its_token(language: str, heading: str) -> None:
    reply = visitor(language, enforce_csrf_checks=True).post("/login/", {"username": "manager"})
    assert reply.status_code == 403 and heading in reply.content.decode()


@override_settings(ALLOWED_HOSTS=["shop.example.com"])
def test_a_host_that_is_none_of_ours() -> None:
    reply = visitor("zh-hans").get("/", headers={"Host": "evil.example.com"})
    assert reply.status_code == 400 and "evil" not in reply.content.decode()
