"""Runs a parser of `kb.parsing` in a child process, stopped when it takes too long, too much, or says too much."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from kb.parsing.child import parse as parse_here
from kb.parsing.pictures import PICTURES_MAX
from kb.parsing.refusal import Refusal
from kb.parsing.signatures import damaged
from kb.parsing.steps import PicturesAhead
from kb.parsing.steps import Progress as Step
from kb.readers.limits import ROWS_MAX, ReadError

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

# A child knows where its modules are and nothing else: no key, no address, no database.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "LANG", "LC_ALL")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "PYTHONUTF8": "1"}
_HEADERS_MAY_TAKE = 10  # rows above the first row that counts
_TOO_MUCH_CPU = -24  # ended by SIGXCPU


@dataclass(frozen=True)
class Limits:
    """What one child may use. Once there are pictures to recognise it gets so much more for each of them."""

    seconds: float = 60.0
    memory_mb: int = 512
    output_mb: int = 64
    seconds_per_picture: float = 20.0
    picture_memory_mb: int = 2048

    def for_child(self) -> dict[str, int]:
        """What the child takes away from itself."""
        return {
            "memory_mb": self.memory_mb,
            "memory_mb_later": self.picture_memory_mb,
            "cpu_seconds": round(self.seconds) + 1,
            "cpu_seconds_later": round(self.seconds_for(PICTURES_MAX)) + 2,
        }

    def seconds_for(self, pictures: int) -> float:
        """How long a file with so many scanned pages may take."""
        return self.seconds + pictures * self.seconds_per_picture


@dataclass
class Usage:
    """What a child that came to its end had used."""

    peak_mb: int = 0


class Parser(Protocol):
    """Bytes of a kind of file in, its rows out; raises ReadError in the user's words."""

    def __call__(self, kind: str, content: bytes, options: Mapping[str, Any], watch: "Watch") -> list[Any]: ...


@dataclass(frozen=True)
class Watch:
    """How one file is watched while it is parsed."""

    limits: Limits = Limits()
    progress: Progress | None = None
    usage: Usage = field(default_factory=Usage)


def parse(kind: str, content: bytes, options: Mapping[str, Any] | None = None, watch: Watch | None = None) -> list[Any]:
    """The rows that `kb.parsing` finds in a file; raises ReadError in the user's words."""
    options = {"rows_max": ROWS_MAX + _HEADERS_MAY_TAKE, **(options or {})}
    try:
        return _parser(kind, content, options, watch or Watch())
    except Refusal as refusal:
        raise ReadError(_translated(refusal)) from refusal


def parse_in_child(kind: str, content: bytes, options: Mapping[str, Any], watch: Watch) -> list[Any]:
    """As `parse`, in a process of its own."""
    child = _Child(kind, content, options, watch)
    try:
        return list(child.rows())
    finally:
        child.stop()


def parse_in_process(kind: str, content: bytes, options: Mapping[str, Any], watch: Watch) -> list[Any]:
    """As `parse`, without a child: for tests of what rows mean."""
    return [item for item in parse_here(kind, content, options) if not isinstance(item, Step | PicturesAhead)]


_parser: Parser = parse_in_child


@contextmanager
def use_parser(parser: Parser) -> Iterator[None]:
    """Another way of parsing, for tests."""
    global _parser
    before, _parser = _parser, parser
    try:
        yield
    finally:
        _parser = before


def child_environment() -> dict[str, str]:
    """The environment variables of a child: where its modules are, and nothing else."""
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _ONE_THREAD


class _Child:
    """One process, its clock, and what it said."""

    def __init__(self, kind: str, content: bytes, options: Mapping[str, Any], watch: Watch) -> None:
        self._kind, self._watch, self._is_late = kind, watch, False
        told = json.dumps({**options, "limits": watch.limits.for_child()})
        with tempfile.TemporaryFile() as file:  # a pipe would have to be filled while the other one is emptied
            file.write(content)
            file.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-m", "kb.parsing.child", kind, told],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env=child_environment(),
            )
        self._clock = self._start_clock(watch.limits.seconds)

    def rows(self) -> Iterator[Any]:
        """Everything it finds; raises ReadError when it refuses, fails or is stopped."""
        for message in self._messages():
            if "row" in message:
                yield message["row"]
            elif "progress" in message:
                if self._watch.progress:
                    self._watch.progress(*message["progress"])
            elif "pictures" in message:
                self._clock.cancel()
                self._clock = self._start_clock(self._watch.limits.seconds_for(message["pictures"]))
            elif "end" in message:
                self._watch.usage.peak_mb = message["end"]["peak_mb"]
                return
            else:
                raise self._said_no(message)
        raise self._stopped()

    def stop(self) -> None:
        """End it, whether it is done or not."""
        self._clock.cancel()
        self._process.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.wait()

    def _messages(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        room = self._watch.limits.output_mb * 1024 * 1024
        while line := self._process.stdout.readline(room + 1):
            room -= len(line)
            if room < 0:
                raise ReadError(_too_much_text())
            if not line.endswith(b"\n"):
                return  # it was stopped in the middle of a line
            yield json.loads(line)

    def _start_clock(self, seconds: float) -> threading.Timer:
        self._seconds = seconds
        clock = threading.Timer(seconds, self._end_late)
        clock.daemon = True
        clock.start()
        return clock

    def _end_late(self) -> None:
        self._is_late = True
        self._process.kill()

    def _said_no(self, message: Mapping[str, Any]) -> ReadError:
        if "refusal" in message:
            text, values = message["refusal"]
            return ReadError(_translated(Refusal(text, **values)))
        logger.warning("a .%s file could not be parsed: %s", self._kind, message.get("failure"))
        return ReadError(_too_much_text() if message.get("failure") == "memory" else _translated(damaged(self._kind)))

    def _stopped(self) -> ReadError:
        code = self._process.wait()
        logger.warning("the parser of a .%s file was stopped: exit %s, late: %s", self._kind, code, self._is_late)
        if self._is_late or code == _TOO_MUCH_CPU:
            return ReadError(
                _("Reading the file took longer than %(seconds)s seconds and was stopped. Split it into several files.")
                % {"seconds": round(self._seconds)}
            )
        return ReadError(_too_much_text())


def _translated(refusal: Refusal) -> str:
    text = gettext(refusal.text)
    return text % refusal.values if refusal.values else text


def _too_much_text() -> str:
    return _("Reading the file needs more memory than one file may have. Split it into several files.")
