"""Files of conversations: jsonl with whole dialogues, or a message per row in xlsx, csv and jsonl."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cs_platform.text import storable
from kb.mining.columns import AGENT, COLUMNS, CONVERSATION, CUSTOMER, TEXT, TIME, WHO, ColumnMapping
from kb.mining.conversation import Conversation, Role, Turn
from kb.readers import ReadError
from kb.readers import kind_of as ending_of
from kb.readers.cells import unguard
from kb.readers.sandbox import Limits, Watch, parse

FILE_BYTES_MAX = 200 * 1024 * 1024  # from the shell; an upload is held to IMPORT_FILE_BYTES_MAX
ROWS_MAX = 1_000_000
KINDS = ("jsonl", "csv", "xlsx")
_TAGS_MAX = 25_000_000  # of a workbook: a million cells; each is read and let go
_LIMITS = Limits(seconds=90.0, memory_mb=1_024, output_mb=400)  # shorter than a worker's job may take
_TURNS_MAX = 500
_TEXT_MAX = 2_000
_KEYS_READ = 30
_ROLES: dict[str, Role] = {
    **dict.fromkeys(
        ("customer", "user", "visitor", "buyer", "client", "guest", "客户", "买家", "顾客", "用户", "访客"), "customer"
    ),
    **dict.fromkeys(("agent", "assistant", "seller", "staff", "service", "客服", "坐席", "商家", "卖家"), "agent"),
}
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Table:
    """A message per row."""

    headers: list[str]
    rows: list[list[str]]

    @property
    def columns_hash(self) -> str:
        """Exports of one system have the same."""
        return hashlib.sha256("\x1f".join(sorted(self.headers)).encode()).hexdigest()


def kind_of(name: str) -> str:
    """xlsx, csv or jsonl; raises ReadError for anything else."""
    kind = ending_of(name)
    if kind not in KINDS:
        raise ReadError(
            _("“%(name)s” is not a kind of file that conversations are read from. Use .xlsx, .csv or .jsonl.")
            % {"name": name}
        )
    return kind


def read_history(name: str, content: bytes) -> list[Conversation] | Table:
    """Whole dialogues, or a table with a message per row; raises ReadError in the user's words.

    Dialogues are lines `{"id", "channel", "turns": [{"role", "text"}]}`.
    """
    kind = kind_of(name)
    options = {"rows_max": ROWS_MAX, "tags_max": _TAGS_MAX}
    records = parse(kind, content, options, Watch(limits=_LIMITS))
    if kind == "jsonl":
        first = records[0][1]
        is_dialogue = isinstance(first.get("turns", first.get("messages")), list)
        return [_dialogue(number, record) for number, record in records] if is_dialogue else _flat(records)
    rows = [[unguard(cell) for cell in cells] for _number, cells in records if any(cells)]
    if len(rows) < 2:
        raise ReadError(_("The file has a header but no rows below it."))
    return Table(_distinct(rows[0]), rows[1:])


def conversations_of(table: Table, mapping: ColumnMapping) -> Iterator[Conversation]:
    """Rows put together by conversation, in the order of time where the file tells it."""
    places = {column: table.headers.index(name) for column in COLUMNS if (name := getattr(mapping, column))}
    found: dict[str, list[tuple[tuple[int, ...], Turn]]] = {}
    for row in table.rows:
        role = mapping.role_of(_cell(row, places[WHO]))
        if role not in (CUSTOMER, AGENT):
            continue
        turn = Turn("customer" if role == CUSTOMER else "agent", _cell(row, places[TEXT])[:_TEXT_MAX])
        found.setdefault(_cell(row, places[CONVERSATION]), []).append((_moment(_cell(row, places.get(TIME))), turn))
    for name, turns in found.items():
        if all(moment for moment, _turn in turns):
            turns.sort(key=lambda pair: pair[0])
        yield Conversation(name, tuple(turn for _moment, turn in turns[:_TURNS_MAX]))


def _dialogue(number: int, record: dict[str, Any]) -> Conversation:
    turns = record.get("turns", record.get("messages"))
    if not isinstance(turns, list):
        raise ReadError(_("The conversation in line %(number)s has no list of turns.") % {"number": number})
    spoken = tuple(filter(None, map(_turn, turns[:_TURNS_MAX])))
    name = f"{record.get('channel') or ''}:{record['id']}" if record.get("id") not in (None, "") else ""
    return Conversation(name, spoken)


def _turn(value: object) -> Turn | None:
    """One turn of a dialogue; None for what neither a customer nor an agent said."""
    if not isinstance(value, dict):
        return None
    role = _ROLES.get(str(value.get("role", value.get("from", ""))).strip().lower())
    text = value.get("text", value.get("content"))
    return Turn(role, storable(text[:_TEXT_MAX])) if role and isinstance(text, str) and text.strip() else None


def _flat(records: Sequence[tuple[int, dict[str, Any]]]) -> Table:
    headers: dict[str, None] = {}
    for _number, record in records:
        headers.update(dict.fromkeys(str(key) for key in record))
        if len(headers) >= _KEYS_READ:
            break
    names = list(headers)[:_KEYS_READ]
    return Table(names, [[_plain(record.get(name)) for name in names] for _number, record in records])


def _plain(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else storable(str(value)).strip()


def _distinct(headers: Sequence[str]) -> list[str]:
    """Headers by which a column can be named: empty and repeated ones get a number."""
    names: list[str] = []
    for place, header in enumerate(headers, 1):
        name = header.strip() or _("column %(number)s") % {"number": place}
        names.append(name if name not in names else f"{name} ({place})")
    return names


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _moment(text: str) -> tuple[int, ...]:
    """A time that sorts: its numbers, year first; empty when there are too few of them to be one."""
    numbers = tuple(int(number) for number in _NUMBER.findall(text)[:7])
    return numbers if len(numbers) >= 3 or (len(numbers) == 1 and numbers[0] > 10**8) else ()
