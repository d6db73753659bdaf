"""What a manager changes about the people who work here; each change is in the audit trail."""

from collections.abc import Collection, Sequence

from axes.utils import reset
from django.db import transaction

from cs_platform.audit import record
from cs_platform.models import User
from cs_platform.roles import ROLES, assign_roles


def roles_of(person: User) -> list[str]:
    """The roles that somebody has, by name."""
    return sorted(group.name for group in person.groups.all() if group.name in ROLES)


@transaction.atomic
def give_roles(person: User, roles: Collection[str], *, by: User, is_new: bool, changed: Sequence[str] = ()) -> None:
    """Give a stored person exactly these roles; `changed` names what else of them became different."""
    before, after = roles_of(person), sorted(roles)
    assign_roles(person, after)
    if is_new:
        record("person.created", person, by=by, roles=after)
        return
    fields = [name for name in changed if name != "roles"]
    if after != before:
        record("person.roles_changed", person, by=by, roles=after, roles_before=before)
    if fields:
        record("person.changed", person, by=by, fields=fields)


def note_password(person: User, *, by: User) -> None:
    """Somebody set a new password for a person, who may try again at once, however often the old one was missed."""
    record("person.password_set", person, by=by)
    reset(username=person.username)
