"""Hostile files meet a child process: refused in the user's words, or stopped; nothing is stored, nobody is reached."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from kb.imports import import_file
from kb.models import Entry
from kb.readers import ReadError
from kb.readers.sandbox import Limits, Usage, Watch, child_environment, parse
from reports.benchmarks.hostile_files import HOSTILE_FILES, HostileFile, good_docx, good_xlsx
from tests.kb.policies import RETURNS, make_docx

BOMB_MEGABYTES = 60
OPTIONS = {"headers": {}}


@pytest.mark.django_db
@pytest.mark.parametrize("file", HOSTILE_FILES, ids=lambda file: file.name)
def test_a_hostile_file_is_refused(file: HostileFile) -> None:
    result = import_file(file.file_name, file.make(BOMB_MEGABYTES), by=None, dry_run=True)
    assert result.has_failed == file.must_be_refused
    assert all(problem.message.strip() for problem in result.problems)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"), [("zip bomb in a document", "解压后太大"), ("program named .pdf", "是程序")]
)
def test_the_refusal_says_what_is_wrong(name: str, words: str) -> None:
    file = next(file for file in HOSTILE_FILES if file.name == name)
    with pytest.raises(ReadError, match=words):
        parse(file.file_name.rpartition(".")[2], file.make(BOMB_MEGABYTES), OPTIONS)


def test_a_child_that_takes_too_long_is_stopped() -> None:
    content, began = make_docx(RETURNS * 10), time.monotonic()
    with pytest.raises(ReadError, match="超过 0 秒"):
        parse("docx", content, OPTIONS, Watch(Limits(seconds=0.01)))
    assert time.monotonic() - began < 3


def test_a_child_that_says_too_much_is_stopped() -> None:
    with pytest.raises(ReadError, match="内存超过了上限"):
        parse("docx", make_docx(RETURNS), OPTIONS, Watch(Limits(output_mb=0)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process reliably")
def test_a_child_that_needs_too_much_memory_is_stopped() -> None:
    with pytest.raises(ReadError, match="内存超过了上限"):
        parse("docx", make_docx(RETURNS), OPTIONS, Watch(Limits(memory_mb=20)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory a process has held")
def test_an_honest_file_needs_little() -> None:
    usage = Usage()
    parse("docx", make_docx(RETURNS * 20), OPTIONS, Watch(usage=usage))
    assert 0 < usage.peak_mb < 128


def in_child(program: str) -> subprocess.CompletedProcess[str]:
    """What a parser that was taken over could do."""
    confined = "from kb.parsing.confinement import confine\nconfine(memory_mb=400, memory_mb_later=400, cpu_seconds=5, cpu_seconds_later=5)\n"
    command = [sys.executable, "-c", confined + program]
    return subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
    ],
)
def test_a_child_reaches_nobody_and_starts_nothing(program: str) -> None:
    done = in_child(program)
    assert done.returncode == 1 and "refused here" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are a thing of Unix")
def test_a_child_writes_no_file(tmp_path: Path) -> None:
    place = tmp_path / "written"
    assert in_child(f"open({str(place)!r}, 'wb', buffering=0).write(b'x')").returncode == 1
    assert place.stat().st_size == 0


def test_a_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    seen = child_environment()
    assert "canary" not in seen.values() and "DATABASE_URL" not in seen


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_child_ends_with_who_asked_for_it(tmp_path: Path) -> None:
    fifo, file = tmp_path / "pid", tmp_path / "endless"
    os.mkfifo(file)  # a file that never ends: the child waits for it
    told = json.dumps({"rows_max": 1, "limits": Limits().for_child()})
    command = f"{sys.executable} -m kb.parsing.child csv '{told}' <> {file} & echo $! > {fifo}; sleep 1"
    subprocess.run(["sh", "-c", command], cwd=settings.BASE_DIR, check=True, stdout=subprocess.DEVNULL)
    child, until = Path("/proc") / fifo.read_text().strip(), time.monotonic() + 5
    while child.exists() and time.monotonic() < until:
        os.sched_yield()
    assert not child.exists()


@pytest.mark.parametrize(("kind", "content"), [("xlsx", good_xlsx()), ("docx", good_docx()), ("csv", b"a,b\n1,2\n")])
def test_an_honest_file_is_read_at_once(kind: str, content: bytes) -> None:
    assert parse(kind, content, OPTIONS)
