"""What the worker of `bench import` does with one file: import it as a job would, and say what that took."""

import os
import time
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count

from cs_platform.precedence import give_way
from kb.imports import import_file
from kb.jobs import encode_published
from kb.models import Entry
from kb.readers import ReadError, kind_of
from kb.readers.columns import known_headers
from kb.readers.sandbox import Usage, Watch, parse
from kb.services import question_key
from kb.services.golden import add_golden
from reports.benchmarks.hostile_files import HOSTILE_FILES
from reports.benchmarks.import_files import make_policy, make_workbook

_PUBLISHED = 100_000  # seeds from here on: no question of theirs is in another file


@dataclass(frozen=True)
class Done:
    """One file: how long it took, how many entries it has and how many of them are stored afterwards."""

    name: str
    seconds: float
    rows: int = 0
    stored: int = 0
    peak_mb: int = 0
    message: str = ""
    is_as_expected: bool = True

    def as_line(self) -> dict[str, object]:
        """For a reader."""
        return {"name": self.name, "seconds": round(self.seconds, 2), "said": self.message, "ok": self.is_as_expected}


def become_worker() -> None:
    """A session of its own that gives way, as the worker of `manage.py up` is one."""
    os.setsid()
    give_way()


def open_shop(golden: int) -> Done:
    """A shop with knowledge of its own, and golden questions that it answers."""
    done = _import("a.xlsx", make_workbook(max(golden, 1), 0), publish=True)
    for entry in Entry.objects.published()[:golden]:
        add_golden(entry.question, entry=entry, by=None)
    encode_published()
    return done


def import_published(rows: int, seed: int) -> Done:
    """So many rows of a new workbook, told to customers at once."""
    return _import("a.xlsx", make_workbook(rows, _PUBLISHED + seed), publish=True)


def count_twice() -> int:
    """How many questions are stored more than once."""
    return Entry.objects.values("question").annotate(times=Count("pk")).filter(times__gt=1).count()


def import_workbook(rows: int, seed: int) -> Done:
    """So many rows of a new workbook."""
    return _import("a.xlsx", make_workbook(rows, seed))


def import_document(pages: int, seed: int) -> Done:
    """A new document of so many pages."""
    return _import("a.docx", make_policy(pages, seed))


def import_hostile(megabytes: int, number: int) -> Done:
    """One of the hostile files, by turns; as expected when it is refused, or read as the little that it is."""
    file = HOSTILE_FILES[(number - 1) % len(HOSTILE_FILES)]
    content = file.make(megabytes)
    before, began = Entry.objects.count(), time.perf_counter()
    result = import_file(file.file_name, content, by=None, dry_run=True)
    seconds = time.perf_counter() - began
    said = str(result.problems[0]) if result.problems else f"{len(result.rows)} rows"
    is_untouched = Entry.objects.count() == before
    return Done(
        file.name, seconds, message=said, is_as_expected=is_untouched and result.has_failed == file.must_be_refused
    )


def insert_plainly(pages: int, seed: int) -> Done:
    """The entries of a document by one bulk insert, as fast as the database takes them."""
    rows = parse("docx", make_policy(pages, seed), {"headers": known_headers()})
    entries = [
        Entry(question=cells["question"], question_key=question_key(cells["question"]), answer=cells["answer"])
        for _place, cells, _is_suggested in rows
    ]
    began = time.perf_counter()
    with transaction.atomic():
        Entry.objects.bulk_create(entries)
    return Done("plain insert", time.perf_counter() - began, rows=len(entries))


def _import(name: str, content: bytes, *, publish: bool = False) -> Done:
    before, began = Entry.objects.count(), time.perf_counter()
    result = import_file(name, content, by=None, publish=publish)
    seconds = time.perf_counter() - began
    return Done(
        name,
        seconds,
        rows=len(result.rows),
        stored=Entry.objects.count() - before,
        peak_mb=_peak_mb(name, content),
        message="; ".join(map(str, result.problems)),
    )


def _peak_mb(name: str, content: bytes) -> int:
    """The memory of a child for the same file, read once more."""
    usage = Usage()
    try:
        parse(kind_of(name), content, {"headers": known_headers()}, Watch(usage=usage))
    except ReadError:
        return 0
    return usage.peak_mb
