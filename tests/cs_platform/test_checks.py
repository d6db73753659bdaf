"""Every wrong setting is found, and its text names the variable to change."""

import os
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from cs_platform.checks import check_settings

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("cs.E001", {"SECRET_KEY": "short"}, "SECRET_KEY"),
    ("cs.E001", {"SECRET_KEY": "django-insecure-" + "x" * 40, "DEBUG": False}, "SECRET_KEY"),
    ("cs.E002", {"DATABASE_URL": "mysql://root@db/shop"}, "“mysql:”"),
    ("cs.E002", {"DATABASE_URL": "db/shop"}, "DATABASE_URL"),
    ("cs.E003", {"REDIS_URL": "http://cache:6379"}, "REDIS_URL"),
    ("cs.E003", {"REDIS_URL": "redis://"}, "REDIS_URL"),
    ("cs.E004", {"ALLOWED_HOSTS": [], "DEBUG": False}, "ALLOWED_HOSTS"),
    ("cs.E005", {"LLM_API_KEY": "k"}, "LLM_BASE_URL and LLM_MODEL"),
    ("cs.E005", {"EMBEDDING_BASE_URL": "https://models/v1"}, "EMBEDDING_MODEL"),
    ("cs.E005", {"LLM_BASE_URL": "models/v1", "LLM_MODEL": "m"}, "LLM_BASE_URL"),
    ("cs.E007", {"DATA_DIR": Path("/nowhere")}, "/nowhere"),
    ("cs.E008", {"Q_CLUSTER": {"timeout": 60, "retry": 60}}, "timeout"),
]


@pytest.mark.parametrize(("identifier", "values", "text"), WRONG)
def test_a_wrong_setting_is_named(settings: Settings, identifier: str, values: dict[str, Any], text: str) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    found = [(message.id, message.msg) for message in check_settings(None)]
    assert [name for name, _ in found] == [identifier]
    assert text in found[0][1]


def test_the_shipped_settings_are_right() -> None:
    assert check_settings(None) == []


def test_a_local_model_needs_no_key(settings: Settings) -> None:
    settings.LLM_BASE_URL, settings.LLM_MODEL = "http://127.0.0.1:11434/v1", "qwen"
    assert check_settings(None) == []


def test_a_key_that_others_can_read_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    (tmp_path / "secret_key").write_text("x")
    os.chmod(tmp_path / "secret_key", 0o644)
    assert [message.id for message in check_settings(None)] == ["cs.W001"]
