"""Make, find and revoke API keys. A key is random enough that a fast hash of it is safe to keep."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from cs_platform.models import ApiKey, User

MARK = "csk_"  # makes a leaked key easy to find for secret scanners
USE_NOTED_EVERY = timedelta(minutes=1)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


def create_key(
    *, name: str, scopes: Sequence[str], owner: User, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key, and its text, which nobody can find out later."""
    prefix, secret = MARK + _random(8), _random(40)
    text = f"{prefix}_{secret}"
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        hashed_key=hash_key(text),
        scopes=sorted(set(scopes)),
        owner=owner,
        expires_at=expires_at,
    )
    return key, text


def find_key(text: str) -> ApiKey | None:
    """The valid key with this text, and its owner."""
    prefix = text.rpartition("_")[0]
    rows = ApiKey.objects.valid(timezone.now()).select_related("owner")
    key = rows.filter(prefix=prefix).first() if prefix.isascii() and prefix.isprintable() else None
    # Compared in constant time, and also when there is no such key.
    is_right = hmac.compare_digest(hash_key(text), key.hashed_key if key else "0" * 64)
    return key if key and is_right else None


def note_use(key: ApiKey) -> None:
    """Remember that the key is in use; a write a minute is enough."""
    now = timezone.now()
    is_due = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - USE_NOTED_EVERY:
        ApiKey.objects.filter(is_due, pk=key.pk).update(last_used_at=now)


def revoke_key(key: ApiKey) -> bool:
    """End a key for good, at once. False when it was revoked before."""
    return ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()) == 1


def hash_key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
