"""Reads the database of the platform under chaos from outside, and makes and drops it where that is needed."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection, connections

from reports.stand.ledger import Ending, Stored

ALIAS = "chaos"


@dataclass(frozen=True, slots=True)
class Store:
    """Plain SQL over a connection of its own: the ledger must not trust the code that it judges."""

    url: str
    vendor: str

    def messages(self) -> list[Stored]:
        """Every public message."""
        rows = self.read(
            "SELECT conversation_id, seq, sender, text, client_id, answers_seq FROM conversations_message"
            " WHERE NOT is_private"
        )
        return [Stored(*row) for row in rows]

    def endings(self) -> list[Ending]:
        """Every conversation."""
        rows = self.read("SELECT id, owner, last_seq, customer_seq, answered_seq FROM conversations_conversation")
        return [Ending(*row) for row in rows]

    def count_unanswered(self) -> int:
        """Conversations in which the AI owes a word."""
        sql = "SELECT count(*) FROM conversations_conversation WHERE owner = 'ai' AND customer_seq > answered_seq"
        return int(self.read(sql)[0][0])

    def count_assigned(self) -> int:
        """Customers who were given to an agent without a click."""
        sql = "SELECT count(*) FROM conversations_message WHERE sender = 'system' AND CAST(decision AS text) LIKE %s"
        return int(self.read(sql, ['%"reason": "assigned"%'])[0][0])

    def count_turns(self) -> dict[str, int]:
        """Answers and hand-overs."""
        sql = (
            "SELECT sender, count(*) FROM conversations_message WHERE answers_seq IS NOT NULL OR sender <> 'ai'"
            " GROUP BY sender"
        )
        return {str(sender): int(count) for sender, count in self.read(sql)}

    def read(self, sql: str, values: list[str] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a statement."""
        try:
            with connections[ALIAS].cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        finally:
            connections[ALIAS].close()


@contextmanager
def stand_database(folder: Path) -> Iterator[Store]:
    """The embedded database below `folder`; with DATABASE_URL a scratch database on that server, dropped at the end."""
    url, name = "", str(folder / "db.sqlite3")
    if is_server := bool(os.environ.get("DATABASE_URL")):
        name = f"chaos_{uuid.uuid4().hex[:12]}"
        url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
        _on_server(f'CREATE DATABASE "{name}"')
    options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key != "pool"}
    connections.databases[ALIAS] = {**connection.settings_dict, "NAME": name, "OPTIONS": options}
    try:
        yield Store(url, connection.vendor)
    finally:
        del connections.databases[ALIAS]
        if is_server:
            _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def stand_reader() -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Plain SQL on this process's database over a connection of its own."""
    connections.databases[ALIAS] = connection.settings_dict
    try:
        yield Store("", connection.vendor).read
    finally:
        del connections.databases[ALIAS]


def _on_server(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)
