"""The trail of what people did: one call in the service that does it, in the same transaction."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.functional import Promise

from cs_platform.models import AuditEntry, User

_names: dict[str, str | Promise] = {}


def record(action: str, target: models.Model | None = None, *, by: User | None, **details: Any) -> AuditEntry:
    """Keep who did what. `details` are plain values and never a secret; `by` is None for the platform itself."""
    return AuditEntry.objects.create(
        actor=by,
        actor_name=by.username if by else "",
        action=action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_name=str(target)[:200] if target is not None else "",
        details=details,
    )


def name_deeds(names: Mapping[str, str | Promise]) -> None:
    """How people read the actions of an app; each app has them in its `deeds.py`, found at start."""
    _names.update(names)


def name_of_deed(action: str) -> str:
    """An action in words; one that nobody named (an older version's) as it is stored."""
    return str(_names.get(action, action))


def named_deeds() -> frozenset[str]:
    """Every action that has a name."""
    return frozenset(_names)
