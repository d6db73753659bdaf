"""Secrets at rest: a text column whose content only this installation can read."""

import base64
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

_MARK = "fernet:"


class SecretUnreadable(Exception):
    """A stored secret was written with a key that is not in SECRET_KEY or FIELD_ENCRYPTION_KEYS."""


class EncryptedTextField(models.TextField):
    """Like a text field, encrypted in the database. Cannot be searched. Empty stays empty.

    The first of `FIELD_ENCRYPTION_KEYS` writes, all of them read; without any the key comes from `SECRET_KEY`.
    A value that cannot be read raises `SecretUnreadable`: an empty secret in its place would open doors.
    """

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return decrypt(value) if value else value


def encrypt(text: str) -> str:
    return _MARK + _cipher(*_keys()).encrypt(text.encode()).decode()


def decrypt(stored: str) -> str:
    """The text again; one that was stored before it was encrypted is returned as it is."""
    if not stored.startswith(_MARK):
        return stored
    try:
        return _cipher(*_keys()).decrypt(stored.removeprefix(_MARK).encode()).decode()
    except InvalidToken:
        raise SecretUnreadable("a stored secret was encrypted with another key") from None


def _keys() -> tuple[str, ...]:
    return tuple(settings.FIELD_ENCRYPTION_KEYS) or (settings.SECRET_KEY,)


@lru_cache(maxsize=8)
def _cipher(*keys: str) -> MultiFernet:
    return MultiFernet([Fernet(_derive(key)) for key in keys])


def _derive(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cs-platform fields").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
