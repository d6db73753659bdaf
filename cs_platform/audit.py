"""The trail of what people did: one call in the service that does it, in the same transaction."""

from typing import Any

from django.db import models

from cs_platform.models import AuditEntry, User


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
