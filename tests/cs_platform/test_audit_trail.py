"""The audit trail: every deed has a name that people read."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from cs_platform.audit import name_of_deed, named_deeds, record
from cs_platform.models import AuditEntry, User

ROOT = Path(__file__).parents[2]
APPS = ("cs_platform", "kb", "routing", "conversations", "marketing", "reports")


def deeds_in(path: Path) -> set[str]:
    """The first argument of every call of `record`, where it is written out."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if re.fullmatch(r"(audit\.)?record", ast.unparse(call.func)) and call.args)
    return {first.value for call in named if isinstance(first := call.args[0], ast.Constant)}


def test_every_deed_in_the_source_has_a_name() -> None:
    sources = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    assert set().union(*map(deeds_in, sources)) <= named_deeds()


def test_a_deed_of_an_older_version_is_shown_as_it_was_stored() -> None:
    assert name_of_deed("something.forgotten") == "something.forgotten"


@pytest.mark.django_db
def test_the_page_names_the_deed_its_thing_and_its_details(client: Client, manager: User) -> None:
    entry = record("api_key.created", manager, by=manager, scopes=["orders:read", "leads:read"])
    client.force_login(manager)
    page = client.get(f"/admin/cs_platform/auditentry/{entry.pk}/change/").content.decode()
    assert "创建了 API 密钥" in page
    assert f"/admin/cs_platform/user/{manager.pk}/change/" in page
    assert "权限范围：orders:read, leads:read" in page


@pytest.mark.django_db
def test_the_page_tells_the_time_as_the_shop_reads_it(client: Client, manager: User) -> None:
    entry = record("logged in", by=manager)
    AuditEntry.objects.update(at=datetime(2026, 11, 27, 12, 57, 31, 771420, tzinfo=UTC))
    client.force_login(manager)
    page = client.get(f"/admin/cs_platform/auditentry/{entry.pk}/change/").content.decode()
    assert page.count("2026-11-27 20:57") >= 2 and "771420" not in page and "logged in" not in page.lower()
