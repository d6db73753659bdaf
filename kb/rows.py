"""One row of an import file: from cells to a clean entry, or to what its owner must mend. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cs_platform.handoff import check_handoff
from cs_platform.text import normalise
from kb.categories import Path, split_path
from kb.models import Entry
from kb.readers.columns import (
    ANSWER,
    CATEGORY,
    COLUMNS,
    EXTERNAL_ID,
    HANDOFF,
    OWNER,
    QUESTION,
    RELATED,
    ROW,
    STATUS,
    TITLES,
    VARIANTS,
)
from kb.readers.limits import CELL_CHARACTERS_MAX
from kb.scope_cells import ScopeCells, parse_scope

QUESTION_CHARACTERS_MAX = 500
PHRASINGS_MAX = 200
_SEPARATORS = re.compile(r"[\n|｜]")
_STATUS_WORDS = {
    "": "",
    "草稿": Entry.Status.DRAFT,
    "draft": Entry.Status.DRAFT,
    "待审核": Entry.Status.REVIEW,
    "in review": Entry.Status.REVIEW,
    "review": Entry.Status.REVIEW,
    "发布": Entry.Status.PUBLISHED,
    "已发布": Entry.Status.PUBLISHED,
    "published": Entry.Status.PUBLISHED,
    "publish": Entry.Status.PUBLISHED,
    "归档": Entry.Status.ARCHIVED,
    "已归档": Entry.Status.ARCHIVED,
    "archived": Entry.Status.ARCHIVED,
}


@dataclass(frozen=True)
class EntryRow:
    """A row whose every cell is understood. An empty status leaves it to the importer."""

    number: int
    external_id: str
    question: str
    variants: tuple[str, ...]
    answer: str
    category: Path
    related: tuple[str, ...]
    handoff: str
    status: str
    scope: ScopeCells
    given: frozenset[str]  # the optional columns that the file has


@dataclass
class RowProblems:
    """What is wrong with a row, by the title of the column."""

    texts: dict[str, str] = field(default_factory=dict)

    def add(self, column: str, text: str) -> None:
        self.texts.setdefault(column, text)


def parse_row(cells: Mapping[str, str | None]) -> EntryRow | RowProblems:
    """The row as an entry, or everything that is wrong with it at once. None is a cell of a column not in the file."""
    problems = RowProblems()
    text = {column: cells[column] or "" for column in COLUMNS}
    phrasings = _phrasings(text, problems)
    row = EntryRow(
        number=int(cells[ROW] or 0),
        external_id=_short(text[EXTERNAL_ID], 100, EXTERNAL_ID, problems),
        question=phrasings[0] if phrasings else "",
        variants=tuple(phrasings[1:]),
        answer=_answer(text[ANSWER], problems),
        category=_category(text[CATEGORY], problems),
        related=tuple(split_list(text[RELATED])),
        handoff=_handoff(text[HANDOFF], problems),
        status=_status(text[STATUS], problems),
        scope=parse_scope(text, text[OWNER], problems.add),
        given=frozenset(column for column in COLUMNS if cells[column] is not None),
    )
    return problems if problems.texts else row


def split_list(text: str) -> list[str]:
    """The items of a cell that holds several, by line breaks or “|”, each once."""
    seen: dict[str, str] = {}
    for item in _SEPARATORS.split(text):
        if item.strip():
            seen.setdefault(normalise(item), item.strip())
    return list(seen.values())


def title_of(column: str) -> str:
    return str(TITLES.get(column, column))


def find_repeats(rows: Iterable[EntryRow], where: Callable[[int], str]) -> list[tuple[int, str, str]]:
    """Rows (number, column, text) whose question or number stands in an earlier row of the same file.

    `where` says in words where the row of a number stands.
    """
    first: dict[tuple[str, str], int] = {}
    repeats = []
    for row in rows:
        asked = f"{normalise(row.question)}\n{row.scope.key}" if row.question else ""
        for column, key in ((EXTERNAL_ID, row.external_id), (QUESTION, asked)):
            if key and (earlier := first.setdefault((column, key), row.number)) != row.number:
                repeats.append((row.number, column, _repeat_text(where(earlier))))
    return repeats


def _repeat_text(where: str) -> str:
    return _("The same stands here already: %(where)s. Put all phrasings into one and delete the other.") % {
        "where": where
    }


def _phrasings(cells: Mapping[str, str], problems: RowProblems) -> list[str]:
    phrasings = split_list(f"{cells[QUESTION]}\n{cells[VARIANTS]}")
    if not split_list(cells[QUESTION]):
        problems.add(QUESTION, _("Empty. Write how customers ask this, or delete the row."))
    elif any(len(phrasing) > QUESTION_CHARACTERS_MAX for phrasing in phrasings):
        problems.add(QUESTION, _("A phrasing has more than %(limit)s characters.") % {"limit": QUESTION_CHARACTERS_MAX})
    elif len(phrasings) > PHRASINGS_MAX:
        problems.add(QUESTION, _("More than %(limit)s phrasings in one row.") % {"limit": PHRASINGS_MAX})
    return phrasings


def _answer(text: str, problems: RowProblems) -> str:
    if not text.strip():
        problems.add(ANSWER, _("Empty, so customers would get no reply. Write the answer, or delete the row."))
    return _short(text, CELL_CHARACTERS_MAX, ANSWER, problems)


def _short(text: str, limit: int, column: str, problems: RowProblems) -> str:
    if len(text) > limit:
        problems.add(column, _("Longer than %(limit)s characters. Shorten it.") % {"limit": limit})
    return text.strip()


def _handoff(text: str, problems: RowProblems) -> str:
    try:
        check_handoff(text)
    except ValidationError as error:
        problems.add(HANDOFF, " ".join(error.messages))
    return _short(text, 2000, HANDOFF, problems)


def _category(text: str, problems: RowProblems) -> Path:
    try:
        return split_path(text)
    except ValidationError as error:
        problems.add(CATEGORY, " ".join(error.messages))
        return ()


def _status(text: str, problems: RowProblems) -> str:
    status = _STATUS_WORDS.get(normalise(text))
    if status is None:
        problems.add(STATUS, _("“%(text)s” is not known. Write 草稿 or 发布, or leave it empty.") % {"text": text[:20]})
    return str(status or "")
