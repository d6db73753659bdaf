"""Who gives a program which access. What customers wrote and who they are, only managers open to a program."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from cs_platform.api import keys
from cs_platform.api.router import known_scopes, personal_scopes
from cs_platform.audit import record
from cs_platform.models import ApiKey, User

GRANT = "cs_platform.grant_personal_access"


def may_grant_personal(user: User) -> bool:
    return user.has_perm(GRANT)


@transaction.atomic
def issue_key(
    *, name: str, scopes: Iterable[str], owner: User, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key of this person's, and its text for the one time that it is shown."""
    key, text = keys.create_key(name=name, scopes=allowed(scopes, by=owner), owner=owner, expires_at=expires_at)
    record("api_key.created", key, by=owner, scopes=key.scopes)
    return key, text


@transaction.atomic
def change_key(key: ApiKey, *, by: User, **values: Any) -> ApiKey:
    """Another name, other scopes, another end."""
    if "scopes" in values:
        had = ApiKey.objects.values_list("scopes", flat=True).get(pk=key.pk)  # a form has already changed the object
        values["scopes"] = allowed(values["scopes"], by=by, had=had)
    ApiKey.objects.filter(pk=key.pk).update(**values)
    key.refresh_from_db()
    record("api_key.changed", key, by=by, scopes=key.scopes)
    return key


@transaction.atomic
def revoke_key(key: ApiKey, *, by: User) -> bool:
    """End a key at once and for good."""
    revoked = keys.revoke_key(key)
    if revoked:
        record("api_key.revoked", key, by=by)
    return revoked


def allowed(scopes: Iterable[str], *, by: User, had: Iterable[str] = ()) -> list[str]:
    """The scopes, sorted; raises when one does not exist, or is not this person's to give and was not there before."""
    wanted = set(scopes)
    if unknown := wanted - set(known_scopes()):
        raise ValidationError({"scopes": gettext("Unknown: %(names)s") % {"names": ", ".join(sorted(unknown))}})
    new = (wanted - set(had)) & personal_scopes()
    if new and not may_grant_personal(by):
        names = ", ".join(sorted(new))
        raise ValidationError({"scopes": gettext("Only managers give these: %(names)s") % {"names": names}})
    return sorted(wanted)
