"""Who is restarted, who ends everything, and that nothing is left behind. Small programs stand in for the services."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cs_platform.plan import BASE_DIR
from cs_platform.processes import group_members
from tests.cs_platform.endings import all_gone, has_forked

DRIVER = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(DATA_DIR=Path(sys.argv[1]), EMBEDDED_REDIS=False)
from cs_platform import supervisor
from cs_platform.plan import Plan
from cs_platform.processes import Child
supervisor.READY_SECONDS = 0
children = [Child(name, ["sh", "-c", script], {"PATH": "/bin:/usr/bin"})
            for name, script in zip(sys.argv[2::2], sys.argv[3::2])]
plan = Plan(None, children[0], tuple(children[1:]), ("127.0.0.1", 1), "token", True)
lock = supervisor._lock(settings.DATA_DIR / "up.lock")
supervisor.end_leftovers()
sys.exit(supervisor.Supervisor(plan, 0.0).run())
"""
FOREVER = "echo started; exec sleep 60"
FORKING = "(while :; do sleep 60; done) & echo started; wait"  # like the worker: its child looks like itself

Start = Callable[..., "Run"]


class Run:
    """A supervisor in a process of its own and what it printed so far."""

    def __init__(self, folder: Path, *children: str) -> None:
        command = [sys.executable, "-c", DRIVER, str(folder), *children]
        self.process = subprocess.Popen(
            command, cwd=BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.lines: list[str] = []

    def until(self, text: str) -> str:
        """Read on until a line holds the text."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if text in line:
                return line.rstrip()
        raise AssertionError(f"{text!r} was never printed: {self.lines}")

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        rest, _ = self.process.communicate(timeout=20)
        self.lines += rest.splitlines()
        return self.process.returncode


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    runs: list[Run] = []

    def start_one(*children: str) -> Run:
        runs.append(Run(tmp_path, "install", "true", *children))
        return runs[-1]

    yield start_one
    for run in runs:
        run.process.kill()
        run.process.communicate()


def children_of(run: Run) -> list[int]:
    listing = Path(f"/proc/{run.process.pid}/task/{run.process.pid}/children")
    return [int(pid) for pid in listing.read_text().split()]


def test_output_carries_the_name_of_its_process(start: Start) -> None:
    run = start("web", FOREVER)
    assert run.until("started") == "web     | started"


def test_a_child_that_is_killed_is_started_again(start: Start) -> None:
    run = start("web", FOREVER, "worker", FOREVER)
    run.until("not ready")
    first = children_of(run)
    os.kill(first[0], signal.SIGKILL)
    run.until("web was ended by SIGKILL; starting it again")
    run.until("started")
    assert len(set(children_of(run)) & set(first)) == 1


def test_a_child_that_ends_by_itself_ends_everything(start: Start) -> None:
    run = start("web", FOREVER, "worker", "echo broken; exit 3")
    assert run.ended() == 1
    assert "worker  | broken" in run.lines
    assert "worker ended by itself with code 3; stopping everything" in run.lines


def test_a_child_that_is_killed_again_and_again_ends_everything(start: Start) -> None:
    run = start("web", FOREVER, "worker", "kill -9 $$")
    assert run.ended() == 1
    assert run.lines[-1] == "worker was ended by SIGKILL again, 5 restarts in a minute are enough"


def test_a_child_that_ends_without_a_failure_is_started_again(start: Start) -> None:
    run = start("web", FOREVER, "worker", "exit 0")
    run.until("worker ended without being asked; starting it again")
    assert run.ended() == 1
    assert run.lines[-1] == "worker ended without being asked again, 5 restarts in a minute are enough"


def test_what_a_killed_child_had_forked_is_killed_too(start: Start) -> None:
    run = start("worker", FORKING)
    run.until("not ready")
    group = children_of(run)[0]
    assert has_forked(group)
    os.kill(group, signal.SIGKILL)
    run.until("starting it again")
    assert all_gone([group])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_in_good_order(start: Start, number: signal.Signals) -> None:
    run = start("web", FOREVER, "worker", FORKING)
    run.until("not ready")
    groups = children_of(run)
    assert has_forked(groups[1])
    run.process.send_signal(number)
    assert run.ended() == 0
    assert all_gone(groups, 2)  # a killed process takes a moment to leave


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells children of their parent's death")
def test_children_go_when_the_supervisor_is_killed(start: Start) -> None:
    run = start("web", FOREVER, "worker", FOREVER)
    run.until("not ready")
    groups = children_of(run)
    run.process.kill()
    assert all_gone(groups)


def test_the_next_start_kills_what_was_left_behind(start: Start) -> None:
    run = start("worker", FORKING)
    run.until("not ready")
    group = children_of(run)[0]
    assert has_forked(group)
    run.process.kill()
    run.process.wait()
    assert group_members(group)  # the forked ones hear of nobody's death
    again = start("worker", FORKING)
    again.until("killed what an earlier run left behind")
    assert all_gone([group])


HOLDS_PORT = """
import json, os, pathlib, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
command = pathlib.Path("/proc/self/cmdline").read_bytes().replace(b"\\0", b" ").decode().strip()
pathlib.Path(sys.argv[1], "up.pids").write_text(json.dumps({str(os.getpid()): command}))
print(listener.getsockname()[1], flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads its own command line from /proc")
def test_a_port_held_by_what_was_left_behind_is_free_for_the_next_start(tmp_path: Path) -> None:
    left = popen([sys.executable, "-c", HOLDS_PORT, str(tmp_path)])
    port = int(left.stdout.readline())
    again = popen([sys.executable, "manage.py", "up", "--bind", f"127.0.0.1:{port}"], CS_DATA_DIR=str(tmp_path))
    assert "killed what an earlier run left behind" in again.stdout.readline()
    assert left.wait(5) == -signal.SIGKILL
    deadline = time.monotonic() + 20
    with socket.socket() as client:
        while client.connect_ex(("127.0.0.1", port)) and time.monotonic() < deadline:
            assert again.poll() is None, "it was refused the port"
    again.terminate()
    again.wait(20)


def popen(command: list[str], **environment: str) -> "subprocess.Popen[str]":
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(
        command, cwd=BASE_DIR, env=surroundings(**environment), text=True, start_new_session=True, **pipes
    )  # type: ignore[call-overload]


def surroundings(**more: str) -> dict[str, str]:
    """The environment without this run's own servers: a second one on the same socket would take it away for good."""
    ours = ("CS_VALKEY_SOCKET", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if name not in ours} | more


def test_a_second_one_for_the_same_data_says_so(start: Start, tmp_path: Path) -> None:
    run = start("web", FOREVER)
    run.until("started")
    refused = up(tmp_path, "127.0.0.1:0")
    assert refused.returncode == 2
    assert refused.stderr == f"already running for {tmp_path} (process {run.process.pid}); stop that one first\n"


def test_a_port_in_use_is_said_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = up(tmp_path, f"127.0.0.1:{port}")
    assert refused.returncode == 2
    assert f"port {port} on 127.0.0.1 is already in use. Take another one: PORT=" in refused.stderr


@pytest.mark.parametrize("address", ["8000x", "127.0.0.1:", "127.0.0.1:99999"])
def test_an_address_that_cannot_be_is_refused(tmp_path: Path, address: str) -> None:
    assert up(tmp_path, address).returncode == 2


def up(folder: Path, address: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", "up", "--bind", address]
    environment = surroundings(CS_DATA_DIR=str(folder))
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=30, check=False
    )
