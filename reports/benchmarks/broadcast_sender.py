"""The sending process of `bench broadcast`: the real ticker, to be killed and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from django.conf import settings

from cs_platform.plan import valkey

LEASE_SECONDS = "2"


class SenderEnded(Exception):
    """The ticker ended by itself; its log says why."""


@dataclass(slots=True)
class Sender:
    """A running ticker."""

    log: IO[bytes]
    environment: dict[str, str]
    process: "subprocess.Popen[bytes]"

    def kill_and_restart(self) -> None:
        """`kill -9`, in the middle of whatever it does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = _start(_TICK, self.log, self.environment)

    def check(self) -> None:
        if self.process.poll() is not None:
            raise SenderEnded((settings.DATA_DIR / "bench.log").read_text()[-2000:])


_TICK = (sys.executable, "manage.py", "tick")


@contextmanager
def sender() -> Iterator[Sender]:
    """A ticker on this database, with the embedded Valkey where none is configured."""
    environment = {**os.environ, "BROADCAST_LEASE_SECONDS": LEASE_SECONDS, "LOG_LEVEL": "WARNING"}
    with (settings.DATA_DIR / "bench.log").open("ab") as log:
        layer = None
        if settings.EMBEDDED_REDIS:
            layer = _start(valkey(settings.VALKEY_SOCKET, settings.DATA_DIR, environment).command, log, environment)
        one = Sender(log, environment, _start(_TICK, log, environment))
        try:
            yield one
        finally:
            for process in (one.process, layer):
                if process is not None:
                    process.kill()
                    process.wait()


def _start(command: Sequence[str], log: IO[bytes], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=settings.BASE_DIR)
