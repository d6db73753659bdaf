"""One platform: own data, own port, processes to kill, and whatever starts it again."""

import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from cs_platform.processes import group_members

VICTIMS = ("web", "worker", "ticker", "valkey", "supervisor")
_MARKS = {"web": "uvicorn", "worker": "qcluster", "ticker": "manage.py tick", "valkey": "valkey-server"}
CHANNEL = "demo"
_ONE_ACCEPTS = (
    "from routing.models import Agent;"
    " Agent.objects.filter(user__username='agent2').update(accepts_automatically=True, capacity=10)"
)
STOP_SECONDS = 30.0


class NeverReady(Exception):
    """The platform did not come up; its log says why."""


@dataclass(slots=True)
class Stand:
    """One `manage.py up` with everything that it owns below `folder`."""

    folder: Path
    port: int
    web: int
    workers: int
    database_url: str = ""
    has_demo: bool = True
    variables: Mapping[str, str] = field(default_factory=dict)  # of its environment, beside its own places
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    starts: int = 0
    last_answer: str = ""
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def root(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def process_id(self) -> int:
        """Of its supervisor: the process that a signal ends in good order. Only while it is started."""
        assert self._process is not None
        return self._process.pid

    def environment(self) -> dict[str, str]:
        """The caller's environment, turned away from the shop's data."""
        given = dict(os.environ)
        given.update(
            CS_DATA_DIR=str(self.folder),
            CS_LAYER_PREFIX=f"chaos-{self.port}-{os.getpid()}",
            DEMO_PASSWORD=self.password,
            DATABASE_URL=self.database_url,
            LOG_LEVEL="WARNING",
            **self.variables,
        )
        given.pop("CS_VALKEY_SOCKET", None)
        return given

    def prepare(self, knowledge: Sequence[Mapping[str, object]]) -> None:
        """Migrate, make the demo shop, publish the knowledge in it, and let one agent be given customers."""
        self.manage("install")
        self.manage("shell", "-c", _ONE_ACCEPTS)
        self.import_knowledge(knowledge)

    def import_knowledge(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Through the command that a manager uses."""
        file = self.folder / "knowledge.jsonl"
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        self.manage("import_kb", str(file), "--publish")

    def manage(self, *arguments: str) -> str:
        """Run one management command of this platform; what it prints. Raises `NeverReady`."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise NeverReady(f"{arguments[0]} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Start it, or start it again."""
        flags = ["--bind", self.root, "--web", str(self.web), "--workers", str(self.workers)]
        flags += [] if self.has_demo else ["--no-demo"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "up", *flags],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    @property
    def log(self) -> Path:
        return self.folder / "up.log"

    def last_words(self) -> str:
        """Why it ended, as far as it said."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "without a word"

    def has_ended(self) -> bool:
        """What a service manager looks at."""
        return self._process is None or self._process.poll() is not None

    def is_serving(self, path: str = "/healthz") -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.root}{path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def wait_until_ready(self, seconds: float = 180.0) -> None:
        deadline = time.monotonic() + seconds
        while not self.is_serving("/readyz"):
            if time.monotonic() > deadline:
                raise NeverReady(self.last_answer)
            time.sleep(0.2)

    def kill(self, victim: str, chance: random.Random) -> bool:
        """`kill -9`; False when there is no such process just now."""
        pids = [self._process.pid] if victim == "supervisor" and self._process else self._members(victim, chance)
        if not pids or self.has_ended():
            return False
        try:
            os.kill(pids[0], signal.SIGKILL)
        except ProcessLookupError:
            return False
        if victim == "supervisor" and self._process:
            self._process.wait()
        return True

    def _members(self, victim: str, chance: random.Random) -> list[int]:
        """The first process of a random group of that kind or, every other time, any that it forked."""
        try:
            groups: dict[str, str] = json.loads((self.folder / "up.pids").read_text())
        except (OSError, ValueError):
            return []
        leaders = [int(group) for group, command in groups.items() if _MARKS.get(victim, "-") in command]
        leaders = [leader for leader in leaders if group_members(leader)]
        if not leaders:
            return []
        leader = chance.choice(leaders)
        return [leader] if chance.random() < 0.5 else [chance.choice(list(group_members(leader)))]

    def stop(self) -> int:
        """End it in good order; returns how many of its processes live on."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        orphans = self.processes()
        for pid in orphans:
            os.kill(pid, signal.SIGKILL)
        return len(orphans)

    def processes(self) -> list[int]:
        """Every process that was started with this data directory, whoever its parent is now."""
        mark = f"CS_DATA_DIR={self.folder}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
