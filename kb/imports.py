"""Imports one file of knowledge: read, understand every row, compare, store. All of it or nothing."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from import_export.results import RowResult
from tablib import Dataset

from cs_platform.models import User
from kb.categories import Path, split_path
from kb.readers import ReadError, read_file
from kb.readers.columns import ROW
from kb.resources import EntryResource
from kb.rows import EntryRow, RowProblems, find_repeats, parse_row, title_of

logger = logging.getLogger(__name__)

CREATED, UPDATED, SKIPPED = "created", "updated", "skipped"
_OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: CREATED,
    RowResult.IMPORT_TYPE_UPDATE: UPDATED,
    RowResult.IMPORT_TYPE_SKIP: SKIPPED,
}


@dataclass(frozen=True)
class Problem:
    """Something its owner must mend: where, and what to do. No row: the file as a whole."""

    row: int | None
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.column}: {self.message}" if self.column else self.message


@dataclass
class ImportResult:
    """What became of a file, or would become of it in a dry run."""

    rows: Sequence[tuple[EntryRow, str]] = ()  # each row with created, updated or skipped
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        return bool(self.problems)

    @property
    def counts(self) -> dict[str, int]:
        """Created, updated and skipped; all zero when nothing was stored."""
        outcomes = [outcome for _row, outcome in self.rows]
        return {name: outcomes.count(name) for name in (CREATED, UPDATED, SKIPPED)}


def import_file(
    name: str,
    content: bytes,
    *,
    by: User | None,
    category: str = "",
    publish: bool = False,
    dry_run: bool = False,
) -> ImportResult:
    """Store a file's rows as entries. `category` is for rows without one; any problem means that nothing is stored."""
    try:
        dataset = read_file(name, content)
        rows, problems = _understand(dataset, _default_path(category))
    except ReadError as error:
        return ImportResult(problems=[Problem(None, "", str(error))])
    if problems:
        return ImportResult(problems=problems)
    return _store(dataset, rows, by=by, publish=publish, dry_run=dry_run)


def _default_path(category: str) -> Path:
    return split_path(category) if category else ()


def _understand(dataset: Dataset, default: Path) -> tuple[dict[int, EntryRow], list[Problem]]:
    """Every row by its number, and every problem of every row."""
    rows: dict[int, EntryRow] = {}
    problems: list[Problem] = []
    for cells in dataset.dict:
        parsed = parse_row(cells)
        if isinstance(parsed, RowProblems):
            problems += [Problem(cells[ROW], title_of(column), text) for column, text in parsed.texts.items()]
        else:
            rows[parsed.number] = replace(parsed, category=parsed.category or default)
    problems += [Problem(number, title_of(column), text) for number, column, text in find_repeats(rows.values())]
    return rows, sorted(problems, key=lambda problem: problem.row or 0)


def _store(
    dataset: Dataset, rows: dict[int, EntryRow], *, by: User | None, publish: bool, dry_run: bool
) -> ImportResult:
    numbers = Dataset(*((number,) for number in dataset[ROW]), headers=[ROW])
    result = EntryResource(rows=rows, by=by, publish=publish).import_data(
        numbers, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True
    )
    if problems := [*_conflicts(result.invalid_rows), *_failures(result)]:
        return ImportResult(problems=problems)
    return ImportResult(rows=[(rows[row.row_values[ROW]], _OUTCOMES[row.import_type]) for row in result.rows])


def _conflicts(invalid_rows: Iterable[Any]) -> Iterable[Problem]:
    for invalid in invalid_rows:
        for column, texts in invalid.error.message_dict.items():
            yield Problem(invalid.values[0], title_of(column), " ".join(texts))


def _failures(result: Any) -> Iterable[Problem]:
    """Errors that nobody foresaw: the log has the cause, the user gets a sentence."""
    errors = [*result.base_errors, *(error for _number, row_errors in result.row_errors() for error in row_errors)]
    for error in errors:
        logger.error("import failed: %s", error.error, exc_info=error.error)
    if errors:
        yield Problem(None, "", _("The file could not be stored. Nothing was changed; please try again."))
