"""`manage.py up` for real: it serves, survives a kill of each part, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cs_platform.plan import BASE_DIR
from tests.cs_platform.endings import all_gone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Up:
    """A running platform over an empty data directory."""

    def __init__(self, folder: Path) -> None:
        ours = ("CS_", "DB_", "DATABASE", "REDIS")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        self.folder, self.port = folder, free_port()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--bind", f"127.0.0.1:{self.port}", "--workers", "1"],
            cwd=BASE_DIR,
            env=clean | {"CS_DATA_DIR": str(folder), "ENCODER": "off"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def until(self, text: str) -> None:
        """Read its output up to the line that holds the text."""
        assert self.process.stdout is not None
        seen = ""
        while line := self.process.stdout.readline():
            seen += line
            if text in line:
                return
        raise AssertionError(f"{text!r} was never printed:\n{seen}")

    def groups(self) -> dict[str, int]:
        remembered: dict[str, str] = json.loads((self.folder / "up.pids").read_text())
        return {command: int(group) for group, command in remembered.items()}

    def group_of(self, word: str) -> int:
        return next(group for command, group in self.groups().items() if word in command)

    def status(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as response:
            return int(response.status)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    running = Up(tmp_path)
    running.until("Ready in")
    yield running
    running.process.kill()
    running.process.communicate()


def test_it_serves_survives_kills_and_stops_clean(up: Up) -> None:
    assert up.status("/readyz") == 200
    for word, name in (("uvicorn", "web"), ("valkey-server", "valkey"), ("qcluster", "worker"), ("tick", "ticker")):
        group = up.group_of(word)
        os.kill(group, signal.SIGKILL)
        up.until(f"{name} was ended by SIGKILL; starting it again")
        assert all_gone([group])
    assert up.status("/healthz") == 200
    groups = up.groups()
    up.process.send_signal(signal.SIGTERM)
    up.process.communicate(timeout=60)
    assert up.process.returncode == 0
    assert all_gone(list(groups.values()))
