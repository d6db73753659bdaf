"""A killed background process must not leave a queue that is locked for ever."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cs_platform.plan import BASE_DIR
from cs_platform.processes import group_members, signal_group
from tests.migrated import give_database

pytestmark = pytest.mark.slow
POOL, MONITOR, PUSHER = 1, 1, 1


@pytest.fixture
def worker(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    environment = os.environ | {"CS_DATA_DIR": str(tmp_path), "DATABASE_URL": "", "WORKERS": str(POOL)}
    give_database(tmp_path)
    process = subprocess.Popen(
        [sys.executable, str(BASE_DIR / "manage.py"), "qcluster"], env=environment, start_new_session=True
    )
    yield process
    signal_group(process.pid, signal.SIGKILL)
    process.wait()


def pool_of(leader: int) -> list[int]:
    """What the guard has started, once it has started everything."""
    deadline = time.monotonic() + 60
    while len(members := sorted(group_members(leader))) < 2 + POOL + MONITOR + PUSHER:
        assert time.monotonic() < deadline, members
    return members[2:]


def test_a_killed_pool_process_ends_the_whole_worker(worker: "subprocess.Popen[bytes]") -> None:
    os.kill(pool_of(worker.pid)[0], signal.SIGKILL)

    assert worker.wait(timeout=30) == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while group_members(worker.pid) and time.monotonic() < deadline:
        pass
    assert group_members(worker.pid) == {}
