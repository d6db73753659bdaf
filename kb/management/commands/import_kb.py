"""Imports knowledge from files: docx, pdf, xlsx, csv and jsonl. A file with an error is left out as a whole."""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kb.categories import split_path
from kb.imports import CREATED, SKIPPED, UPDATED, ImportResult, Problem, import_file
from kb.jobs import encode_published
from kb.progress import ProgressLine
from kb.readers import Progress, ReadError, check_size
from kb.services.gate import passing


class Command(BaseCommand):
    help = "Imports knowledge from docx, pdf, xlsx, csv or jsonl files; a file with any error is left out as a whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)
        parser.add_argument("--category", default="", metavar="NAME", help="for rows without one, such as 售后/退货")
        parser.add_argument(
            "--publish", action="store_true", help="publish what does not say otherwise, sections of policies included"
        )
        parser.add_argument("--dry-run", action="store_true", help="check only, store nothing")
        parser.add_argument(
            "--override-reason", default="", metavar="TEXT", help="publish although golden questions become worse"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        _check_category(options["category"])
        started = time.monotonic()
        counts: Counter[str] = Counter()
        errors: list[dict[str, Any]] = []
        for path in options["paths"]:
            with ProgressLine(self.stderr, path.name) as line:
                result = _import_path(path, options, line.show)
            counts.update(result.counts)
            errors += [_error(path, problem) for problem in result.problems]
            self.stderr.write(_line(path, result))
        if options["publish"] and not options["dry_run"]:
            self._encode()
        self._report(counts, errors, time.monotonic() - started, as_json=options["json"])
        if errors:
            sys.exit(1)

    def _encode(self) -> None:
        """Here rather than in the worker: when the command returns, everything can be found by meaning too."""
        with ProgressLine(self.stderr, _("Encoding")) as line:
            encode_published(line.show)

    def _report(self, counts: Counter[str], errors: list[dict[str, Any]], seconds: float, *, as_json: bool) -> None:
        totals = {name: counts[name] for name in (CREATED, UPDATED, SKIPPED)}
        if as_json:
            self.stdout.write(
                json.dumps({**totals, "errors": errors, "seconds": round(seconds, 3)}, ensure_ascii=False)
            )
            return
        for error in errors:
            place = "" if error["row"] else _("whole file") + ": "
            self.stdout.write(f"{error['file']}: {place}{error['message']}")
        summary = _(
            "%(created)s created, %(updated)s updated, %(skipped)s unchanged, %(errors)s errors, %(seconds).1f s"
        )
        self.stdout.write(summary % {**totals, "errors": len(errors), "seconds": seconds})


def _check_category(text: str) -> None:
    try:
        split_path(text)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error


def _import_path(path: Path, options: dict[str, Any], progress: Progress) -> ImportResult:
    try:
        check_size(path.stat().st_size)
        content = path.read_bytes()
    except (ReadError, OSError) as error:
        text = str(error) if isinstance(error, ReadError) else _("The file cannot be opened: %s") % error.strerror
        return ImportResult(problems=[Problem(None, "", text)])
    with passing(reason=options["override_reason"]):
        return import_file(
            path.name,
            content,
            by=None,
            category=options["category"],
            publish=options["publish"],
            publish_suggested=options["publish"],
            dry_run=options["dry_run"],
            progress=progress,
        )


def _error(path: Path, problem: Problem) -> dict[str, Any]:
    where = f"{problem.where}: " if problem.where else ""
    return {"file": str(path), "row": problem.row, "message": f"{where}{problem}"}


def _line(path: Path, result: ImportResult) -> str:
    if result.has_failed:
        return _("%(file)s: not imported, %(count)s problems") % {"file": path.name, "count": len(result.problems)}
    counts = {"file": path.name, "count": len(result.rows), "overlapping": result.overlapping}
    if result.overlapping:
        return _("%(file)s: %(count)s rows, %(overlapping)s beside published entries that answer the same") % counts
    return _("%(file)s: %(count)s rows") % counts
