"""`manage.py up`: Valkey, database, web, worker and ticker under one parent that leaves no orphan.

One process, no threads: the kernel ties a child's death signal to the thread that started it, and a fork
beside other threads may hang. Django is not loaded here; the children do that.
"""

import argparse
import contextlib
import fcntl
import os
import resource
import secrets
import selectors
import signal
import socket
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.conf import settings

from cs_platform.plan import BASE_DIR, Options, Plan, Refused, make_plan, served_host, valkey_answers
from cs_platform.probe import Probe
from cs_platform.processes import Child, PidFile, signal_group

RESTARTS_MAX = 5
RESTARTS_WINDOW_SECONDS = 60.0
STOP_SECONDS = 8.0
READY_SECONDS = 120.0
REFUSED = 2  # exit code: nothing was started


class Ended(Exception):
    """A child is gone for good, so everything stops."""


@dataclass
class Stop(Exception):
    """Somebody asked for the end."""

    number: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `manage.py up`; the environment gives the defaults."""
    parser.add_argument("--bind", metavar="HOST:PORT", default=f"127.0.0.1:{os.environ.get('PORT') or 8000}")
    parser.add_argument("--no-demo", action="store_true", help="no demo shop and no demo log-ins")
    parser.add_argument("--server", choices=["uvicorn", "daphne"], default="uvicorn")
    parser.add_argument("--web", type=int, metavar="N", default=settings.WEB_PROCESSES, help="web processes")
    parser.add_argument("--workers", type=int, metavar="N", default=settings.WORKERS, help="background workers")


def main(arguments: Sequence[str]) -> int:
    """Run until stopped; the exit code."""
    parser = argparse.ArgumentParser(prog="manage.py up", description=__doc__)
    add_arguments(parser)
    given = parser.parse_args(arguments)
    return run(Options(given.bind, not given.no_demo, given.server, max(1, given.web), max(1, given.workers)))


def run(options: Options) -> int:
    """Start everything, watch it, and stop it; the exit code."""
    started_at = time.monotonic()
    try:
        with _lock(settings.DATA_DIR / "up.lock"):
            # Before the port is asked for: web processes of a killed supervisor hold on to it while they say goodbye.
            end_leftovers()
            with _bind(options.bind) as listener:
                _allow_many_sockets()
                plan = make_plan(options, listener, token=secrets.token_hex(8))
                return Supervisor(plan, started_at).run()
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED


def _lock(path: Path) -> TextIO:
    """Two supervisors over one data directory would fight; the lock goes when this process goes."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        raise Refused(f"already running for {path.parent} (process {holder}); stop that one first") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def end_leftovers() -> None:
    """Kill what an earlier run left behind when it was killed itself."""
    for command in PidFile(_pid_file()).end_leftovers():
        print(f"killed what an earlier run left behind: {command}", flush=True)


def _pid_file() -> Path:
    return settings.DATA_DIR / "up.pids"


def _bind(address: str) -> socket.socket:
    """Take the port before anything starts. Kept open, so that connections wait while web restarts."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isdigit():
        raise Refused(f"--bind {address}: expected HOST:PORT, such as 127.0.0.1:8000")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        in_use = isinstance(error, OSError) and error.errno in (48, 98)  # EADDRINUSE of macOS and Linux
        what = f"port {port} on {host} " + ("is already in use" if in_use else f"cannot be used: {error}")
        raise Refused(f"{what}. Take another one: PORT={_another(port)} make up") from None
    return listener


def _another(port: str) -> int:
    return int(port) + 1 if 1024 <= int(port) < 65535 else 8001


def _allow_many_sockets() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Supervisor:
    """Watches the children of a plan in one select loop."""

    def __init__(self, plan: Plan, started_at: float) -> None:
        self._plan = plan
        self._started_at = started_at
        self._children: list[Child] = []
        self._pid_file = PidFile(_pid_file())
        self._selector = selectors.DefaultSelector()
        self._signals: list[int] = []

    def run(self) -> int:
        """Everything from start to end; the exit code."""
        self._listen_for_signals()
        try:
            self._start_all()
            self._wait_until_ready()
            while True:
                self._step(None)
        except Stop as stop:
            self._say(f"{signal.Signals(stop.number).name}: stopping")
            return 0
        except Ended as end:
            self._say(str(end))
            return 1
        finally:
            self._stop_all()

    # Starting.

    def _start_all(self) -> None:
        if self._plan.valkey:
            self._start(self._plan.valkey)
            self._wait_for_valkey()
        self._run_to_end(self._plan.install)
        for child in self._plan.services:
            self._start(child)

    def _start(self, child: Child) -> None:
        try:
            child.start(BASE_DIR)
        except OSError as error:
            raise Ended(f"{child.name} cannot be started: {error}") from None
        self._selector.register(child.output_fd, selectors.EVENT_READ, child)
        if child not in self._children:
            self._children.append(child)
        self._pid_file.write(self._children)

    def _wait_for_valkey(self) -> None:
        deadline = time.monotonic() + 10
        while not valkey_answers(settings.VALKEY_SOCKET):
            if time.monotonic() > deadline:
                raise Ended("valkey does not answer; its lines above say why")
            self._step(0.02)

    def _run_to_end(self, child: Child) -> None:
        """Run the set-up step; what it prints is for the reader, so it carries no prefix."""
        self._start(child)
        while (code := child.exit_code()) is None:
            self._step(0.05, unwatched=child)
        self._finish(child)
        self._children.remove(child)
        if code:
            raise Ended("the set-up failed; nothing was started (the lines above say why)")

    def _wait_until_ready(self) -> None:
        probe = Probe(self._plan.probe_address, "/readyz", self._plan.token, host=served_host(settings.ALLOWED_HOSTS))
        deadline = time.monotonic() + READY_SECONDS
        try:
            while not probe.is_answered_well():
                if time.monotonic() > deadline:
                    self._say(f"not ready after {READY_SECONDS:.0f} s, going on: {probe.last_answer}")
                    return
                self._step(0.05)
        finally:
            probe.close()
        self._say(self._plan.welcome(time.monotonic() - self._started_at))

    # Watching.

    def _step(self, timeout: float | None, unwatched: Child | None = None) -> None:
        """One round: show what was printed, obey signals, look after children that ended."""
        for key, _ in self._selector.select(timeout):
            if isinstance(key.data, Child):
                self._show(key.data, key.data.read_lines())
            else:
                with contextlib.suppress(BlockingIOError):
                    key.fileobj.recv(512)  # type: ignore[union-attr]
        if self._signals:
            raise Stop(self._signals[0])
        for child in list(self._children):
            code = child.exit_code()
            if code is not None and child is not unwatched:
                self._handle_end(child, code)

    def _handle_end(self, child: Child, code: int) -> None:
        """Killed from outside: start it again. Failed by itself: it had a reason, so everything ends.

        The worker ends with code 0 when the process that guards its queue is killed.
        """
        self._finish(child)
        if code > 0:
            self._children.remove(child)
            raise Ended(f"{child.name} ended by itself with code {code}; stopping everything")
        now = time.monotonic()
        child.restarts = [at for at in child.restarts if now - at < RESTARTS_WINDOW_SECONDS] + [now]
        how = f"was ended by {signal.Signals(-code).name}" if code else "ended without being asked"
        if len(child.restarts) > RESTARTS_MAX:
            self._children.remove(child)
            raise Ended(f"{child.name} {how} again, {RESTARTS_MAX} restarts in a minute are enough")
        self._say(f"{child.name} {how}; starting it again")
        self._start(child)

    def _finish(self, child: Child) -> None:
        """After an end: nothing it forked may live on, nothing it said is lost."""
        signal_group(child.pid, signal.SIGKILL)
        with contextlib.suppress(KeyError):
            self._selector.unregister(child.output_fd)
        self._show(child, child.last_words())

    # Stopping.

    def _stop_all(self) -> None:
        """In reverse order; the server behind the channel layer last, because the others still push."""
        late = [child for child in self._children if child is self._plan.valkey]
        for group in ([child for child in self._children if child not in late], late):
            for child in reversed(group):
                if child.is_running():  # only the first of its group: it ends its own workers in good order
                    os.kill(child.pid, signal.SIGTERM)
            self._wait_for_end(group)
        self._pid_file.forget()

    def _wait_for_end(self, children: Sequence[Child]) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_running() for child in children) and time.monotonic() < deadline:
            if len(self._signals) > 1:
                break  # somebody is in a hurry
            for key, _ in self._selector.select(0.05):
                if isinstance(key.data, Child):
                    self._show(key.data, key.data.read_lines())
        for child in children:
            signal_group(child.pid, signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
            self._finish(child)

    # Signals and speech.

    def _listen_for_signals(self) -> None:
        """Wake the select loop for every signal, the end of a child included."""
        reader, writer = socket.socketpair()
        for end in (reader, writer):
            end.setblocking(False)
        self._wakeup = writer  # kept open as long as this object lives
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self._selector.register(reader, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, frame: self._signals.append(number))

    def _show(self, child: Child, lines: Iterable[str]) -> None:
        prefix = "" if child is self._plan.install else f"{child.name:<8}| "
        for line in lines:
            self._write(f"{prefix}{line}")

    def _say(self, text: str) -> None:
        self._write(text)

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # nobody reads any more: go on serving
            print(text, flush=True)
