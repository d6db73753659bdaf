"""Roles: the groups manager, agent and integrator, with exactly the permissions that the apps declare for them.

An app declares in its AppConfig `role_permissions = {"manager": ["change_entry", …], …}`: codenames of its own
models. The floor reads these declarations, so it knows no app.
"""

from collections.abc import Iterable, Mapping

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cs_platform.models import User

MANAGER = "manager"
AGENT = "agent"
INTEGRATOR = "integrator"
ROLES: Mapping[str, str | Promise] = {MANAGER: _("Manager"), AGENT: _("Agent"), INTEGRATOR: _("Integrator")}
BACK_OFFICE_ROLES = frozenset({MANAGER, INTEGRATOR})  # agents work in the console only


def sync_roles() -> None:
    """Create the groups and give each exactly what is declared; a second run changes nothing."""
    with transaction.atomic():
        for role in ROLES:
            group, _created = Group.objects.get_or_create(name=role)
            group.permissions.set(_declared_permissions(role))


def assign_roles(user: User, roles: Iterable[str]) -> User:
    """Give a user exactly these roles; who has a back-office role may enter the back office."""
    wanted = set(roles)
    with transaction.atomic():
        groups = user.groups.exclude(name__in=ROLES)
        user.groups.set([*groups, *Group.objects.filter(name__in=wanted)])
        user.is_staff = user.is_superuser or bool(wanted & BACK_OFFICE_ROLES)
        user.save(update_fields=["is_staff"])
    return user


def has_role(user: User, *roles: str) -> bool:
    """Whether the user has one of the roles; superusers have all of them."""
    return user.is_active and (user.is_superuser or user.groups.filter(name__in=roles).exists())


def _declared_permissions(role: str) -> list[Permission]:
    return [
        permission
        for config in apps.get_app_configs()
        for permission in _permissions_of(config, getattr(config, "role_permissions", {}).get(role, ()))
    ]


def _permissions_of(config: AppConfig, codenames: Iterable[str]) -> list[Permission]:
    wanted = set(codenames)
    found = list(Permission.objects.filter(content_type__app_label=config.label, codename__in=wanted))
    if missing := wanted - {permission.codename for permission in found}:
        raise ImproperlyConfigured(f"{config.label}: no such permission: {', '.join(sorted(missing))}")
    return found
