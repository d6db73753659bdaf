"""What the environment makes of the settings, read in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cs_platform.plan import BASE_DIR

PROGRAM = """
import json, sys
sys.argv = ["manage.py", *sys.argv[1:]]
from cs_platform import settings
names = ("DATABASES", "REDIS_URL", "EMBEDDED_REDIS", "VALKEY_SOCKET", "SECRET_KEY")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def read_settings(folder: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("CS_", "DB_", "DATABASE", "REDIS"))}
    clean |= {"CS_DATA_DIR": str(folder)} | environment
    command = [sys.executable, "-c", PROGRAM, *arguments]
    result = subprocess.run(command, cwd=BASE_DIR, env=clean, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize(("command", "is_pooled"), [("tick", True), ("qcluster", False)])
def test_only_processes_that_do_not_fork_pool_connections(tmp_path: Path, command: str, is_pooled: bool) -> None:
    found = read_settings(tmp_path, command, DATABASE_URL="postgres://shop@db/shop")
    assert ("pool" in found["DATABASES"]["default"]["OPTIONS"]) is is_pooled


def test_a_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = read_settings(tmp_path)["SECRET_KEY"]
    assert read_settings(tmp_path)["SECRET_KEY"] == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    assert len(read_settings(deep)["VALKEY_SOCKET"]) < 100
    assert read_settings(deep) == read_settings(deep)


def test_a_path_with_spaces_is_quoted_in_the_address(tmp_path: Path) -> None:
    folder = tmp_path / "a b"
    found = read_settings(folder)
    assert found["EMBEDDED_REDIS"] is True
    assert found["REDIS_URL"] == "unix://" + str(folder / "valkey.sock").replace(" ", "%20")
