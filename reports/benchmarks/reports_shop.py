"""An invented shop's month for `bench reports`: a hundred thousand conversations in a few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from conversations.models import Conversation, Customer, Message, Rating
from cs_platform.models import User
from kb.models import Category, Entry
from kb.services.entries import save_entry
from routing.models import Channel

CHANNELS, CATEGORIES, AGENTS = 5, 20, 10
SECONDS = 30 * 24 * 3600
ANSWER = '{"decision": "answer", "reason": ""}'
CLOSE = '{"decision": "close", "reason": "idle"}'

# Seconds after the beginning, who, why, whether it answers what was asked; each conversation follows one script.
Script = Sequence[tuple[int, str, str, bool]]
SCRIPTS: Sequence[Script] = (
    ((0, "ai", "", False),),
    ((0, "ai", "", False), (20, "customer", "", False), (22, "ai", ANSWER, True), (1900, "system", CLOSE, False)),
    (
        *((0, "ai", "", False), (20, "customer", "", False), (22, "ai", ANSWER, True), (50, "customer", "", False)),
        *((51, "ai", ANSWER, True), (80, "customer", "", False), (82, "ai", ANSWER, True)),
        (1900, "system", CLOSE, False),
    ),
    (
        *((0, "customer", "", False), (2, "ai", '{"decision": "unknown"}', True), (30, "customer", "", False)),
        *((32, "ai", '{"decision": "clarify"}', True), (1900, "system", CLOSE, False)),
    ),
    (
        *((0, "customer", "", False), (1, "ai", ANSWER, True), (40, "customer", "", False)),
        (41, "system", '{"decision": "handoff", "reason": "customer_request"}', False),
        *((70, "system", '{"decision": "takeover"}', False), (95, "agent", "", False), (120, "customer", "", False)),
        *((150, "agent", "", False), (240, "system", CLOSE, False)),
    ),
    (
        (0, "customer", "", False),
        (1, "system", '{"decision": "handoff", "reason": "complaint"}', False),
        *((600, "customer", "", False), (1900, "system", CLOSE, False)),
    ),
    ((0, "customer", "", False), (2, "ai", ANSWER, True), (30, "customer", "", False), (31, "ai", ANSWER, True)),
    ((0, "customer", "", False), (2, "ai", ANSWER, True), (1900, "system", CLOSE, False)),
)


@dataclass(frozen=True, slots=True)
class Month:
    """What was made, to compare the figures with."""

    conversations: int
    messages: int
    engaged: int
    with_person: int


def make_month(n: int, end: datetime) -> Month:
    """Conversations spread evenly over thirty days; every fourth customer rates."""
    _make_places()
    start = end.timestamp() - SECONDS
    first_agent = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    agent = f"{first_agent} + i %% {AGENTS}"
    at = f"{start} + (i * {SECONDS}.0 / {n})"
    first_channel = Channel.objects.order_by("pk").values_list("pk", flat=True)[0]
    _insert(Customer, n, {"id": "i", "name": "''", "created_at": _moment(at)})
    last = f"(SELECT MAX(seq) FROM script WHERE variant = i %% {len(SCRIPTS)})"  # noqa: S608 - a number
    _insert(
        Conversation,
        n,
        {
            "id": "i", "customer_id": "i", "channel_id": f"{first_channel} + i %% {CHANNELS}", "status": "'closed'",
            "owner": "'none'", "last_seq": last, "created_at": _moment(at), "last_message_at": _moment(at),
        },
    )  # fmt: skip
    first_entry = Entry.objects.order_by("pk").values_list("pk", flat=True)[0]
    said = {
        "conversation_id": "i", "seq": "script.seq", "sender": "script.sender", "text": "'怎么退货'",
        "created_at": _moment(f"{at} + script.after"), "decision": _json("script.why"),
        "answers_seq": "CASE WHEN script.answers = 1 THEN script.seq - 1 END",
        "entry_id": f"CASE WHEN script.answers = 1 THEN {first_entry} + i %% {CATEGORIES} END",
        "author_id": f"CASE WHEN script.by_person = 1 THEN {agent} END",
    }  # fmt: skip
    _insert(Message, n, said, join=f"JOIN script ON script.variant = i %% {len(SCRIPTS)}")
    _insert(
        Rating,
        n // 4,
        {"conversation_id": "i * 4", "episode_seq": "0", "score": "1 + i %% 5", "created_at": _moment(at)},
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    shares = [sum(1 for i in range(1, n + 1) if i % len(SCRIPTS) == number) for number in range(len(SCRIPTS))]
    return Month(
        conversations=n,
        messages=sum(count * len(script) for count, script in zip(shares, SCRIPTS, strict=True)),
        engaged=sum(count for count, script in zip(shares, SCRIPTS, strict=True) if len(script) > 1),
        with_person=shares[4],
    )


def _make_places() -> None:
    for number in range(AGENTS):
        User.objects.create(username=f"agent-{number}")
    for number in range(CHANNELS):
        Channel.objects.create(key=f"channel-{number}", name=f"Channel {number}")
    for number in range(CATEGORIES):
        category = Category.objects.create(name=f"Category {number}")
        save_entry(Entry(question=f"Question {number}", answer="…", category=category), by=None)


def _insert(model: type[Model], n: int, values: Mapping[str, str], *, join: str = "") -> None:
    """One INSERT … SELECT over the numbers 1 to n; columns that are not named get their model's default."""
    columns: dict[str, str] = dict(values)
    parameters: list[Any] = []
    for field in model._meta.concrete_fields:
        name = str(field.column)
        if name not in columns and not field.null and not field.primary_key:
            columns[name] = "%s"
            parameters.append(field.get_db_prep_save(field.get_default(), connection))
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names})"  # noqa: S608 - our own columns and numbers
            f" WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {n}),"
            f" script(variant, seq, after, sender, why, answers, by_person) AS (VALUES {_script_rows()})"
            f" SELECT {', '.join(columns.values())} FROM numbers {join}",
            parameters,
        )
    if connection.vendor == "postgresql" and "id" in columns:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), {n})")


def _script_rows() -> str:
    rows = []
    for variant, script in enumerate(SCRIPTS):
        for seq, (after, sender, why, answers) in enumerate(script, start=1):
            is_person = sender == "agent" or "takeover" in why
            quoted = f"'{why}'" if why else "NULL"
            rows.append(f"({variant}, {seq}, {after}, '{sender}', {quoted}, {int(answers)}, {int(is_person)})")
    return ", ".join(rows)


def _moment(seconds: str) -> str:
    """Seconds since 1970 as this database stores a moment."""
    if connection.vendor == "postgresql":
        return f"to_timestamp({seconds})"
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', {seconds}, 'unixepoch')"


def _json(text: str) -> str:
    return f"{text}::jsonb" if connection.vendor == "postgresql" else text
