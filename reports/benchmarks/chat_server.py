"""The servers under test of `bench chat`, their CPU time, and the conversations they serve."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from conversations.models import Conversation, Customer, CustomerIdentity
from conversations.services.visits import hash_token
from cs_platform.models import User
from cs_platform.plan import UVICORN_FLAGS, valkey
from routing.models import Channel

START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Shop:
    """What the clients need: the channel, each visitor's token and conversation, and the agents' cookies."""

    channel: str
    visitors: Sequence[tuple[str, int]]
    cookies: Sequence[str]


def make_shop(conversations: int, agents: int) -> Shop:
    """Conversations that agents have taken over, spread evenly."""
    channel, _ = Channel.objects.get_or_create(key="bench", defaults={"name": "Bench"})
    users = [_make_agent(number) for number in range(agents)]
    visitors = []
    for number in range(conversations):
        customer = Customer.objects.create(name=f"Visitor {number}")
        token = secrets.token_urlsafe(16)
        CustomerIdentity.objects.create(
            customer=customer, channel=channel, kind=CustomerIdentity.Kind.VISITOR, external_id=hash_token(token)
        )
        owner = users[number * agents // conversations]
        conversation = Conversation.objects.create(
            customer=customer, channel=channel, owner=Conversation.Owner.AGENT, agent=owner
        )
        visitors.append((token, conversation.pk))
    return Shop(channel.key, visitors, [_log_in(user) for user in users])


def _make_agent(number: int) -> User:
    user, _ = User.objects.get_or_create(username=f"bench-{number}", defaults={"is_superuser": True})
    return user


def _log_in(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@dataclass(slots=True)
class Servers:
    """Running processes, reachable at `port`."""

    port: int
    processes: list["subprocess.Popen[bytes]"]

    def cpu_seconds(self) -> float:
        """CPU time used so far by all of them together."""
        return sum(_cpu_seconds(process.pid) for process in self.processes)


@contextmanager
def serve(application: str, *, with_valkey: bool) -> Iterator[Servers]:
    """One Uvicorn process with the flags of `manage.py up`, and the embedded Valkey when asked for."""
    port = _free_port()
    processes = []
    log = (settings.DATA_DIR / "bench.log").open("ab")
    environment = {**os.environ, "SOCKET_FRAMES_PER_SECOND": "1000000", "SOCKET_FRAMES_BURST": "1000000"}
    try:
        if with_valkey and settings.EMBEDDED_REDIS:
            command = valkey(settings.VALKEY_SOCKET, settings.DATA_DIR, environment).command
            processes.append(_start(command, log, environment))
        web = (sys.executable, "-m", "uvicorn", application, "--port", str(port), *UVICORN_FLAGS)
        processes.append(_start(web, log, environment))
        _wait_for(port)
        yield Servers(port, processes)
    finally:
        for process in reversed(processes):
            process.send_signal(signal.SIGKILL)
            process.wait()
        log.close()


def _start(command: Sequence[str], log: object, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=settings.BASE_DIR)  # type: ignore[call-overload]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start:\n" + (settings.DATA_DIR / "bench.log").read_text()[-2000:])


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
