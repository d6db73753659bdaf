"""Roles: exactly what the apps declare, and no way to give oneself more."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from cs_platform.models import User
from cs_platform.roles import ROLES, assign_roles, has_role, sync_roles

pytestmark = pytest.mark.django_db


def declared(role: str) -> set[str]:
    return {
        f"{config.label}.{codename}"
        for config in apps.get_app_configs()
        for codename in getattr(config, "role_permissions", {}).get(role, ())
    }


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_exactly_what_is_declared(role: str) -> None:
    sync_roles()
    user = User.objects.create_user(role)
    assign_roles(user, [role])
    assert User.objects.get(username=role).get_all_permissions() == declared(role)


def test_a_second_run_takes_away_what_is_not_declared(manager: User) -> None:
    group = Group.objects.get(name="integrator")
    group.permissions.set(Group.objects.get(name="manager").permissions.all())
    sync_roles()
    names = group.permissions.values_list("content_type__app_label", "codename")
    assert {f"{app}.{codename}" for app, codename in names} == declared("integrator")


def test_a_declared_permission_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(apps.get_app_config("kb").role_permissions, "agent", ["fly_entry"])
    with pytest.raises(ImproperlyConfigured):
        sync_roles()


@pytest.mark.parametrize(("role", "may_enter"), [("manager", True), ("agent", False), ("integrator", True)])
def test_only_back_office_roles_are_staff(role: str, may_enter: bool) -> None:
    sync_roles()
    assert assign_roles(User.objects.create_user("a"), [role]).is_staff is may_enter


def test_losing_the_role_closes_the_back_office(manager: User) -> None:
    assert assign_roles(manager, ["agent"]).is_staff is False
    assert not has_role(manager, "manager")


def test_an_inactive_user_has_no_role(manager: User) -> None:
    manager.is_active = False
    assert not has_role(manager, "manager")


def person_fields(**fields: object) -> dict[str, object]:
    return {"username": "new", "password1": "long horse 7", "password2": "long horse 7", **fields}


def test_a_manager_adds_an_agent(client: Client, manager: User) -> None:
    client.force_login(manager)
    client.post("/admin/cs_platform/user/add/", person_fields(roles=["agent"], usable_password="true"))
    new = User.objects.get(username="new")
    assert has_role(new, "agent") and not new.is_staff and new.check_password("long horse 7")


def test_a_manager_cannot_make_a_superuser(client: Client, manager: User, agent: User) -> None:
    client.force_login(manager)
    fields = {"username": "agent", "is_active": "on", "roles": ["agent"], "is_superuser": "on", "is_staff": "on"}
    client.post(f"/admin/cs_platform/user/{agent.pk}/change/", {**fields, "user_permissions": ["1"]})
    agent = User.objects.get(pk=agent.pk)
    assert not agent.is_superuser and not agent.is_staff and not agent.user_permissions.exists()


@pytest.mark.parametrize("page", ["change", "password"])
def test_a_manager_cannot_reach_a_superuser(client: Client, manager: User, admin_user: User, page: str) -> None:
    client.force_login(manager)
    before = admin_user.password
    client.post(f"/admin/cs_platform/user/{admin_user.pk}/{page}/", person_fields(usable_password="true"))
    assert User.objects.get(pk=admin_user.pk).password == before
    assert client.get(f"/admin/cs_platform/user/{admin_user.pk}/{page}/").status_code in {302, 404}


def test_an_integrator_sees_no_people(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    assert client.get("/admin/cs_platform/user/").status_code == 403
