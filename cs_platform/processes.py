"""Child processes for the supervisor: start, prefix their output, end them and whatever they forked."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LINE_BYTES_MAX = 64 * 1024


def _load_prctl() -> Callable[..., int] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl: Callable[..., int] = ctypes.CDLL(None).prctl  # looked up before the fork: nothing to import after it
    return prctl


_prctl = _load_prctl()


@dataclass
class Child:
    """One process under the supervisor, in a session of its own so that Ctrl-C reaches only the parent."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    keep_fds: tuple[int, ...] = ()
    death_signal: int = signal.SIGTERM
    is_noise: Callable[[str], bool] = lambda line: False
    process: "subprocess.Popen[bytes] | None" = None
    restarts: list[float] = field(default_factory=list)
    _unfinished: bytes = b""

    def start(self, directory: Path) -> None:
        """Start it. Only from the main thread: the kernel ties the death signal to the starting thread."""
        self.process = subprocess.Popen(
            self.command,
            cwd=directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=self.keep_fds,
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid(), self.death_signal),
        )
        os.set_blocking(self.output_fd, False)
        self._unfinished = b""

    @property
    def output_fd(self) -> int:
        """Where its output can be read."""
        assert self.process is not None and self.process.stdout is not None
        return self.process.stdout.fileno()

    @property
    def pid(self) -> int:
        """Its process id, which is also the id of its process group."""
        assert self.process is not None
        return self.process.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self.process.poll() if self.process else None

    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def read_lines(self) -> Iterator[str]:
        """Complete lines that have arrived since the last call."""
        with contextlib.suppress(BlockingIOError):
            while chunk := os.read(self.output_fd, LINE_BYTES_MAX):
                *lines, self._unfinished = (self._unfinished + chunk).split(b"\n")
                if len(self._unfinished) > LINE_BYTES_MAX:
                    lines, self._unfinished = [*lines, self._unfinished], b""
                yield from self._shown(lines)

    def last_words(self) -> Iterator[str]:
        """What is left to show after its end; closes its output."""
        yield from self.read_lines()
        yield from self._shown([self._unfinished] if self._unfinished else [])
        self._unfinished = b""
        assert self.process is not None and self.process.stdout is not None
        self.process.stdout.close()

    def _shown(self, lines: Sequence[bytes]) -> Iterator[str]:
        for line in lines:
            text = line.decode("utf-8", "replace").rstrip("\r")
            if text.strip() and not self.is_noise(text):
                yield text


def _die_with_parent(parent: int, number: int) -> Callable[[], None] | None:
    if _prctl is None:
        return None
    prctl = _prctl

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died before the line above
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child


def signal_group(group: int, number: int) -> None:
    """Signal a process group, if anybody is left in it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def group_members(group: int) -> dict[int, str]:
    """The live processes of a group and their command lines."""
    return {pid: command for pid, member_of, command in _all_processes() if member_of == group}


def _all_processes() -> Iterator[tuple[int, int, str]]:
    if not Path("/proc/self/stat").exists():
        listing = subprocess.run(["ps", "-axo", "pid=,pgid=,command="], capture_output=True, text=True, check=False)
        for line in listing.stdout.splitlines():
            pid, group, command = line.split(None, 2)
            yield int(pid), int(group), command
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                # The name in parentheses may hold spaces; state, parent and group follow it.
                state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
                if state != "Z" and command:  # neither dead nor dying
                    yield int(entry.name), int(group), command


class PidFile:
    """Remembers the process groups of this run, for the start after a `kill -9`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, children: Sequence[Child]) -> None:
        """Replace what is remembered."""
        groups = {str(child.pid): " ".join(child.command) for child in children if child.is_running()}
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(groups))
        temporary.replace(self._path)

    def forget(self) -> None:
        """Everything ended in good order."""
        self._path.unlink(missing_ok=True)

    def end_leftovers(self) -> list[str]:
        """Kill what an earlier run left behind, by comparing command lines; returns what was killed."""
        ended = []
        for group, command in self._remembered().items():
            members = group_members(int(group))
            # A number may have been given to a stranger since; Valkey rewrites its title, the program name stays.
            if any(_is_same_program(member, command) for member in members.values()):
                signal_group(int(group), signal.SIGKILL)
                _wait_for_end(int(group))
                ended.append(command)
        self.forget()
        return ended

    def _remembered(self) -> dict[str, str]:
        try:
            groups: dict[str, str] = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return groups


def _is_same_program(running: str, remembered: str) -> bool:
    return running == remembered or running.split(" ")[0] == remembered.split(" ")[0] != sys.executable


def _wait_for_end(group: int) -> None:
    deadline = time.monotonic() + 5
    while group_members(group) and time.monotonic() < deadline:
        time.sleep(0.02)
