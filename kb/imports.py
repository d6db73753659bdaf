"""Imports one file of knowledge: read, understand every row, compare, store. All of it or nothing."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from import_export.results import RowResult
from tablib import Dataset

from cs_platform.models import User
from kb.categories import Path, split_path
from kb.contradictions import Difference
from kb.models import Entry
from kb.overlaps import Overlap
from kb.prepared import IndexedEntry
from kb.readers import Progress, ReadError, read_file
from kb.readers.columns import ROW
from kb.readers.documents import IS_SUGGESTED, PLACE
from kb.resources import EntryResource
from kb.rows import EntryRow, RowProblems, find_repeats, parse_row, title_of
from kb.services.gate import PublishBlocked, read_ahead
from kb.services.overlap_checks import check_new

logger = logging.getLogger(__name__)

_LOOKING_SECONDS = 4.0  # for overlaps, while somebody waits for the preview
_ATTEMPTS = 3

CREATED, UPDATED, SKIPPED = "created", "updated", "skipped"
_OUTCOMES = {
    RowResult.IMPORT_TYPE_NEW: CREATED,
    RowResult.IMPORT_TYPE_UPDATE: UPDATED,
    RowResult.IMPORT_TYPE_SKIP: SKIPPED,
}


@dataclass(frozen=True)
class Problem:
    """Something its owner must mend: where, and what to do. No row: the file as a whole.

    `row` counts the rows of a sheet, the paragraphs of a Word document or the pages of a PDF; `where` says it in words.
    """

    row: int | None
    column: str
    message: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.column}: {self.message}" if self.column else self.message


@dataclass(frozen=True)
class Beside:
    """A published entry that answers the question of a row already, and what both say differently."""

    entry_id: int
    question: str
    answer: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class PlannedRow:
    """A row that was understood, and what becomes of it: created, updated or skipped."""

    entry: EntryRow
    outcome: str
    where: str
    is_suggested: bool = False  # nobody wrote the question: it was made from a heading
    is_spared: bool = False  # customers get another answer to it already, and that stays
    overlaps: tuple[Beside, ...] = ()  # published entries that answer it already; looked for in a dry run


@dataclass
class ImportResult:
    """What became of a file, or would become of it in a dry run."""

    rows: Sequence[PlannedRow] = ()
    unlooked: int = 0  # rows that were not compared with what is published: there was no time
    problems: list[Problem] = field(default_factory=list)
    blocked: PublishBlocked | None = None  # golden questions would become worse

    @property
    def has_failed(self) -> bool:
        return bool(self.problems)

    @property
    def counts(self) -> dict[str, int]:
        """Created, updated and skipped; all zero when nothing was stored."""
        outcomes = [row.outcome for row in self.rows]
        return {name: outcomes.count(name) for name in (CREATED, UPDATED, SKIPPED)}

    @property
    def overlapping(self) -> int:
        """How many rows would be published beside an entry that answers the same."""
        return sum(bool(row.overlaps) for row in self.rows)

    @property
    def suggested(self) -> int:
        """How many questions are only suggestions."""
        return sum(row.is_suggested for row in self.rows)

    @property
    def spared(self) -> int:
        """How many suggested questions customers get another answer to already."""
        return sum(row.is_spared for row in self.rows)


@dataclass(frozen=True)
class _Wishes:
    category: str
    publish: bool
    publish_suggested: bool


def import_file(
    name: str,
    content: bytes,
    *,
    by: User | None,
    category: str = "",
    publish: bool = False,
    publish_suggested: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Store a file's rows as entries; any problem means that nothing is stored.

    `category` is for rows without one. `publish` is for rows that somebody wrote as question and answer,
    `publish_suggested` for sections of a policy, whose question was made from their heading: what is not published
    becomes a draft, and such a section changes no published answer. A status that a row states itself always counts.
    `progress` is called while the file is read, and again from the beginning while it is stored.
    """
    try:
        dataset = read_file(name, content, progress)
    except ReadError as error:
        return unreadable(error)
    return import_rows(
        name,
        dataset,
        by=by,
        category=category,
        publish=publish,
        publish_suggested=publish_suggested,
        dry_run=dry_run,
        progress=progress,
    )


def unreadable(error: ReadError) -> ImportResult:
    """A file that cannot be read has one problem, and no rows."""
    return ImportResult(problems=[Problem(None, "", str(error))])


def import_rows(
    name: str,
    dataset: Dataset,
    *,
    by: User | None,
    category: str = "",
    publish: bool = False,
    publish_suggested: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """As `import_file`, with what was read from the file."""
    table = Table(dataset)
    rows, problems = _understand(table, _Wishes(category, publish=publish, publish_suggested=publish_suggested))
    if problems:
        return ImportResult(problems=problems)
    careful = set() if publish_suggested else {number for number in rows if table.is_suggested(number)}
    make_resource = partial(
        EntryResource, rows=rows, by=by, is_dry=dry_run, careful=careful, progress=progress, name=name
    )
    for _attempt in range(_ATTEMPTS):
        try:
            return _store(table, make_resource())
        except PublishBlocked as blocked:
            return ImportResult(problems=[Problem(None, "", blocked.messages[0])], blocked=blocked)
        except IntegrityError:  # somebody stored one of these entries between the comparison and the write
            logger.info("%s: knowledge changed meanwhile, the rows are compared anew", name)
    return ImportResult(problems=[Problem(None, "", failure_text())])


class Table:
    """The rows of a file, whose numbers only tell them apart; documents say beside it where each one stands."""

    def __init__(self, dataset: Dataset) -> None:
        self.rows = dataset.dict
        self.numbers: list[int] = [row[ROW] for row in self.rows]
        self._by_number = dict(zip(self.numbers, self.rows, strict=True))
        self._kind = dataset.title or ""

    def place(self, number: int) -> int:
        """The number of the row, paragraph or page, as its owner counts them."""
        return int(self._by_number[number].get(PLACE, number))

    def where(self, number: int) -> str:
        """The same in words."""
        words = {"docx": _("paragraph %(number)s"), "pdf": _("page %(number)s")}
        return words.get(self._kind, _("row %(number)s")) % {"number": self.place(number)}

    def is_suggested(self, number: int) -> bool:
        """Whether nobody wrote the question of this row."""
        return bool(self._by_number[number].get(IS_SUGGESTED))

    def problem(self, number: int, column: str, message: str) -> Problem:
        """What is wrong with one row."""
        return Problem(self.place(number), title_of(column), message, self.where(number))


def _understand(table: Table, wishes: _Wishes) -> tuple[dict[int, EntryRow], list[Problem]]:
    """Every row by its number, and every problem of every row."""
    default: Path = split_path(wishes.category) if wishes.category else ()
    rows: dict[int, EntryRow] = {}
    found: list[tuple[int, str, str]] = []
    for cells in table.rows:
        parsed = parse_row(cells)
        if isinstance(parsed, RowProblems):
            found += [(cells[ROW], column, text) for column, text in parsed.texts.items()]
        else:
            is_wanted = wishes.publish_suggested if table.is_suggested(parsed.number) else wishes.publish
            status = parsed.status or (Entry.Status.PUBLISHED if is_wanted else "")
            rows[parsed.number] = replace(parsed, category=parsed.category or default, status=status)
    found += find_repeats(rows.values(), table.where)
    return rows, [table.problem(*one) for one in sorted(found, key=lambda one: one[0])]


def _store(table: Table, resource: EntryResource) -> ImportResult:
    numbers = Dataset(*((number,) for number in table.numbers), headers=[ROW])
    if not resource.is_dry:
        rows = resource.rows.values()
        read_ahead([IndexedEntry(0, (row.question, *row.variants), row.answer) for row in rows])
    result = resource.import_data(numbers, use_transactions=False)
    meant = (PublishBlocked, IntegrityError)
    if error := next((one.error for one in result.base_errors if isinstance(one.error, meant)), None):
        raise error
    if problems := [*_conflicts(table, result.invalid_rows), *_failures(result)]:
        return ImportResult(problems=problems)
    planned = [_planned(table, resource, row) for row in result.rows]
    return look_for_overlaps(planned, resource) if resource.is_dry else ImportResult(rows=planned)


def look_for_overlaps(rows: Sequence[PlannedRow], resource: EntryResource) -> ImportResult:
    """Which rows that would be published are answered by published entries already: shown, and no reason to refuse."""
    new = {
        place: resource.as_found(row.entry)
        for place, row in enumerate(rows)
        if row.entry.status == Entry.Status.PUBLISHED and row.outcome != SKIPPED
    }
    found, unlooked = check_new(new, seconds=_LOOKING_SECONDS)
    besides = {place: tuple(map(_beside, others)) for place, others in found.items()}
    rows = [replace(row, overlaps=besides.get(place, ())) for place, row in enumerate(rows)]
    return ImportResult(rows=rows, unlooked=unlooked)


def _beside(found: Overlap) -> Beside:
    entry = found.entry
    return Beside(entry.id, entry.question, entry.answer, found.differences)


def _planned(table: Table, resource: EntryResource, row: RowResult) -> PlannedRow:
    number = row.row_values[ROW]
    return PlannedRow(
        resource.rows[number],
        _OUTCOMES[row.import_type],
        table.where(number),
        is_suggested=table.is_suggested(number),
        is_spared=number in resource.spared,
    )


def _conflicts(table: Table, invalid_rows: Iterable[Any]) -> Iterable[Problem]:
    for invalid in invalid_rows:
        for column, texts in invalid.error.message_dict.items():
            yield table.problem(invalid.values[0], column, " ".join(texts))


def _failures(result: Any) -> Iterable[Problem]:
    """Errors that nobody foresaw: the log has the cause, the user gets a sentence."""
    errors = [*result.base_errors, *(error for _number, row_errors in result.row_errors() for error in row_errors)]
    for error in errors:
        logger.error("import failed: %s", error.error, exc_info=error.error)
    if errors:
        yield Problem(None, "", failure_text())


def failure_text() -> str:
    """What is said about a failure that nobody foresaw."""
    return _("The file could not be stored. Nothing was changed; please try again.")
