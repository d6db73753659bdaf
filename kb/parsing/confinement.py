"""What the child takes away from itself before it looks at the file: memory, time, files, network, programs."""

import os
import re
import sys
import threading
import time
from pathlib import Path

try:
    import resource
except ImportError:  # Windows: the parent's clock is what ends a child there
    resource = None  # type: ignore[assignment]

MEGABYTE = 1024 * 1024
_PARENT_PACE_SECONDS = 0.5
_NICENESS = 10  # whoever chats comes first
_REFUSED_EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.remove",
    "os.rename",
)

_confined: list[bool] = []


def confine(*, memory_mb: int, memory_mb_later: int, cpu_seconds: int, cpu_seconds_later: int) -> None:
    """Limit this process for good. `raise_limits` may go up to what is allowed later, no further."""
    _confined.append(True)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    if resource is not None:
        _limit("RLIMIT_AS", memory_mb * MEGABYTE, memory_mb_later * MEGABYTE)
        _limit("RLIMIT_CPU", cpu_seconds, cpu_seconds_later)
        _limit("RLIMIT_FSIZE", 0, 0)
        _limit("RLIMIT_CORE", 0, 0)
        _limit("RLIMIT_NOFILE", 128, 128)
    sys.addaudithook(_refuse)
    _end_with_parent()


def raise_limits(*, memory_mb: int) -> None:
    """Allow a confined process more, for recognising text in pictures: this memory, and all of the time."""
    if resource is not None and _confined:
        _limit("RLIMIT_AS", memory_mb * MEGABYTE, None)
        _limit("RLIMIT_CPU", resource.getrlimit(resource.RLIMIT_CPU)[1], None)


def peak_mb() -> int:
    """The most memory this process has held so far; 0 where the system does not say.

    Not by `getrusage`: there a child begins with what its parent held.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(peak[1]) // 1024 if peak else 0


def _limit(name: str, soft: int, hard: int | None) -> None:
    number = getattr(resource, name, None)
    if number is None:
        return
    current = resource.getrlimit(number)[1]
    hard = current if hard is None else hard
    if current != resource.RLIM_INFINITY:
        soft, hard = min(soft, current), min(hard, current)
    try:
        resource.setrlimit(number, (soft, hard))
    except (ValueError, OSError):  # macOS refuses some; the clock still holds
        return


def _refuse(event: str, arguments: object) -> None:
    """A parser that was talked into something asks for what it never needs."""
    if event in _REFUSED_EVENTS:
        raise PermissionError(f"{event} is refused here")


def _end_with_parent() -> None:
    """No child outlives who asked for it, however that one ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_PACE_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="watch-parent").start()
