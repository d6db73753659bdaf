"""People in the back office: who changed what about them is kept, and nobody shuts themselves out."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cs_platform.models import AuditEntry, User
from cs_platform.roles import has_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def page_of(person: User) -> str:
    return reverse("admin:cs_platform_user_change", args=[person.pk])


def fields_of(person: User, **fields: object) -> dict[str, object]:
    return {"username": person.username, "display_name": person.display_name, "is_active": "on", **fields}


def test_adding_a_person_is_in_the_trail(office: Client, manager: User) -> None:
    given = {"username": "xiaoya", "password1": "long horse 7", "password2": "long horse 7", "usable_password": "true"}
    office.post(reverse("admin:cs_platform_user_add"), {**given, "roles": ["agent"]})
    entry = AuditEntry.objects.get(action="person.created")
    assert (entry.actor, entry.target_name, entry.details) == (manager, "xiaoya", {"roles": ["agent"]})


def test_other_roles_and_a_switch_are_read_in_words(office: Client, agent: User) -> None:
    given = {**fields_of(agent, roles=["agent", "integrator"]), "is_active": ""}
    office.post(page_of(agent), given)
    trail = office.get(reverse("admin:cs_platform_auditentry_changelist")).content.decode()
    assert "角色：客服, 技术对接" in trail and "修改的字段：启用" in trail


def test_what_did_not_change_is_not_in_the_trail(office: Client, agent: User) -> None:
    office.post(page_of(agent), fields_of(agent, roles=["agent"]))
    assert not AuditEntry.objects.filter(action__startswith="person.").exists()


def test_a_new_password_is_in_the_trail(office: Client, agent: User) -> None:
    given = {"password1": "long horse 7", "password2": "long horse 7", "usable_password": "true"}
    office.post(reverse("admin:auth_user_password_change", args=[agent.pk]), given)
    assert AuditEntry.objects.get(action="person.password_set").target_id == str(agent.pk)


def test_a_new_password_ends_a_lock_out(office: Client, agent: User) -> None:
    visitor = Client()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        shut = visitor.post(reverse("login"), {"username": agent.username, "password": "forgotten"})
    given = {"password1": "long horse 7", "password2": "long horse 7", "usable_password": "true"}
    office.post(reverse("admin:auth_user_password_change", args=[agent.pk]), given)
    let_in = visitor.post(reverse("login"), {"username": agent.username, "password": "long horse 7"})
    assert (shut.status_code, let_in.status_code) == (429, 302)


@pytest.mark.parametrize(
    ("given", "field"), [({"roles": ["agent"]}, "roles"), ({"roles": ["manager"], "is_active": ""}, "is_active")]
)
def test_nobody_shuts_themselves_out(office: Client, manager: User, given: dict[str, object], field: str) -> None:
    page = office.post(page_of(manager), fields_of(manager, **given))
    manager.refresh_from_db()
    assert list(page.context["adminform"].form.errors) == [field]
    assert manager.is_active and has_role(manager, "manager")


def test_somebody_without_a_role_is_pointed_out(office: Client, agent: User) -> None:
    page = office.post(page_of(agent), fields_of(agent), follow=True)
    assert "没有角色" in page.content.decode()
