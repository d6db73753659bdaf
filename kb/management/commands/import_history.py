"""Finds what customers ask often in conversations of the past, and drafts entries of what agents answered."""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kb.history_files import FILE_BYTES_MAX
from kb.models import HistoryImport, HistoryQuestion, MinedQuestion
from kb.progress import ProgressLine
from kb.readers import ReadError
from kb.services.history_intake import likely_mapping, name_columns, start_history
from kb.services.history_work import advance, table_of

TOP = 20
Status = HistoryImport.Status


class Command(BaseCommand):
    help = "Finds frequent questions in conversations (xlsx, csv, jsonl) and drafts answers from what agents answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        failed = [path for path in options["paths"] if not self._import(path)]
        self._report(time.monotonic() - started, as_json=options["json"])
        if failed:
            sys.exit(1)

    def _import(self, path: Path) -> bool:
        try:
            history = start_history(name=path.name, content=_read(path), by=None)
            self._finish(history)
        except ReadError as error:
            self.stderr.write(f"{path}: {error}")
            return False
        history.refresh_from_db()
        if history.status == Status.FAILED:
            self.stderr.write(f"{path}: {history.error}")
            return False
        text = _("%(file)s: %(conversations)s conversations, %(messages)s messages, %(questions)s questions")
        self.stderr.write(text % {"file": path.name, **_counts(history)})
        return True

    def _finish(self, history: HistoryImport) -> None:
        """Step by step here in this process; started again after a kill it goes on where it was."""
        shown: ProgressLine | None = None
        status = ""
        while True:
            if not advance(history.pk):
                history.refresh_from_db()
                if history.status != Status.MAPPING:
                    return
                _name_columns(history)
            history.refresh_from_db()
            if history.status != status:
                status = history.status
                shown = ProgressLine(self.stderr, str(history.get_status_display()))
            if shown and history.total:
                shown.show(history.done, history.total)

    def _report(self, seconds: float, *, as_json: bool) -> None:
        groups = MinedQuestion.objects.exclude(count=0)
        top = groups.order_by("-count", "pk").values_list("question", "count", "share")[:TOP]
        done = HistoryImport.objects.filter(status=Status.DONE)
        found: dict[str, Any] = {
            "conversations": sum(done.values_list("conversations", flat=True)),
            "questions": HistoryQuestion.objects.count(),
            "clusters": groups.count(),
            "drafts": groups.exclude(answer="").count(),
            "top": [{"question": text, "count": count, "share": round(share, 4)} for text, count, share in top],
        }
        if as_json:
            self.stdout.write(
                json.dumps({**found, "seconds": round(seconds, 1), "peak_mb": _peak_mb()}, ensure_ascii=False)
            )
            return
        for line in found["top"]:
            self.stdout.write(f"{line['count']:>6}  {100 * line['share']:5.1f} %  {line['question']}")
        summary = _(
            "%(clusters)s frequent questions, %(drafts)s with a drafted answer, %(seconds).1f s, at most %(mb)s MB"
        )
        self.stdout.write(summary % {**found, "seconds": seconds, "mb": _peak_mb()})


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise CommandError(
                _("%(file)s is larger than %(mb)s MB. Split it.") % {"file": path, "mb": FILE_BYTES_MAX >> 20}
            )
        return path.read_bytes()
    except OSError as error:
        raise ReadError(_("The file cannot be opened: %s") % error.strerror) from error


def _name_columns(history: HistoryImport) -> None:
    """As guessed, or as chosen for an export of the same kind before; else a person says it in the back office."""
    table = table_of(history)
    mapping = likely_mapping(history, table.headers, table.rows)
    if not mapping.is_complete:
        raise ReadError(_("It is not clear which column is which. Open Import history in the back office and say so."))
    name_columns(history, mapping)


def _counts(history: HistoryImport) -> dict[str, int]:
    return {name: getattr(history, name) for name in ("conversations", "messages", "questions")}


def _peak_mb() -> int:
    """The most memory that this process had, in MB; the kernel counts in KiB, on macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> 20 if sys.platform == "darwin" else peak >> 10
