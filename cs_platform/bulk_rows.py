"""Many rows made ready before the database waits: first the statements with their values, then one short run of them.

`bulk_create` and `bulk_update` spend most of their time in Python, and inside a transaction they spend it with SQLite's
only write lock in hand. What is ready costs the database some 20 µs a row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, run once for each of its tuples of values."""

    sql: str
    values: Sequence[tuple[Any, ...]]

    def run(self) -> None:
        """Call it inside a transaction."""
        if self.values:
            with connection.cursor() as cursor:
                cursor.executemany(self.sql, self.values)


def insert_of(rows: Sequence[Model]) -> Statement:
    """These new rows of one model; all of them have a primary key, or none has and the database gives them out."""
    if not rows:
        return Statement("", ())
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if field is not meta.pk or rows[0].pk is not None]
    columns, marks = ", ".join(map(_column, fields)), ", ".join(["%s"] * len(fields))
    values = [tuple(_ready(field, field.pre_save(row, True)) for field in fields) for row in rows]
    return Statement(f"INSERT INTO {_quoted(meta.db_table)} ({columns}) VALUES ({marks})", values)  # noqa: S608


def update_of(rows: Sequence[Model], names: Sequence[str]) -> Statement:
    """The fields of these names in rows that are stored already, as they are in memory now."""
    if not rows:
        return Statement("", ())
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if field.name in names or field.attname in names]
    settings = ", ".join(f"{_column(field)} = %s" for field in fields)
    values = [(*(_ready(field, getattr(row, field.attname)) for field in fields), row.pk) for row in rows]
    return Statement(f"UPDATE {_quoted(meta.db_table)} SET {settings} WHERE {_column(meta.pk)} = %s", values)  # noqa: S608


def delete_of(model: type[Model], name: str, keys: Iterable[Any]) -> Statement:
    """All rows whose field of this name is one of the keys."""
    [column] = [_column(field) for field in model._meta.concrete_fields if field.name == name]
    return Statement(f"DELETE FROM {_quoted(model._meta.db_table)} WHERE {column} = %s", [(key,) for key in keys])  # noqa: S608


def take_numbers(model: type[Model], count: int) -> range | Sequence[int]:
    """So many primary keys that the database will not give to anybody else; those not used are gaps."""
    table = model._meta.db_table
    if not count:
        return ()
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            take = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(take, [table, model._meta.pk.column, count])
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:  # nothing was ever stored in this table
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def _ready(field: "Field[Any, Any]", value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _column(field: "Field[Any, Any]") -> str:
    return _quoted(str(field.column))


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
