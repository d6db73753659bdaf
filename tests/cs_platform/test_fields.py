"""Secrets are unreadable in the database, and a lost key is an error, not an empty secret."""

import pytest
from pytest_django.fixtures import Settings

from cs_platform.fields import SecretUnreadable, decrypt, encrypt


def test_a_secret_comes_back() -> None:
    stored = encrypt("钥匙 key")
    assert "key" not in stored and decrypt(stored) == "钥匙 key"


def test_what_was_stored_before_is_still_read() -> None:
    assert decrypt("plain") == "plain"


def test_a_new_key_writes_and_the_old_one_still_reads(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["old"]
    stored = encrypt("secret")
    settings.FIELD_ENCRYPTION_KEYS = ["new", "old"]
    assert decrypt(stored) == "secret"


def test_a_lost_key_is_an_error(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["old"]
    stored = encrypt("secret")
    settings.FIELD_ENCRYPTION_KEYS = ["new"]
    with pytest.raises(SecretUnreadable):
        decrypt(stored)
