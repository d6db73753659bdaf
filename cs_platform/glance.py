"""One cheap look, many times a second: which of these queries would find a row at this moment?

All of them are one statement, put into SQL once: to build a query costs far more than to run it, and an idle platform
does nothing else all day. The connection stays open between the looks.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import QuerySet
from django.utils import timezone

logger = logging.getLogger(__name__)

Rows = Callable[[datetime], "QuerySet[Any]"]

_SOME_MOMENT = datetime(2001, 2, 3, 4, 5, 6, 789012, UTC)  # stands in the statement for the moment of each look


class Glance:
    """Asks for several queries at once, by name. Each gets the present moment and nothing derived from it."""

    def __init__(self, queries: Mapping[str, Rows]) -> None:
        self._queries = queries
        self._statement: tuple[str, tuple[Any, ...]] | None = None

    def found(self) -> set[str]:
        """The names of those that find something; all of them when the database cannot be asked."""
        if not self._queries:
            return set()
        try:
            return self._look(connection.ops.adapt_datetimefield_value(timezone.now()))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("cannot look for work: %s", error)
            connection.close()
            return set(self._queries)

    def _look(self, now: Any) -> set[str]:
        sql, parameters = self._statement = self._statement or self._compile()
        marker = connection.ops.adapt_datetimefield_value(_SOME_MOMENT)
        with connection.cursor() as cursor:
            cursor.execute(sql, [now if value == marker else value for value in parameters])
            answers = cursor.fetchone()
        return {name for name, is_there in zip(self._queries, answers, strict=True) if is_there}

    def _compile(self) -> tuple[str, tuple[Any, ...]]:
        parts, parameters = [], []
        for rows in self._queries.values():
            sql, values = rows(_SOME_MOMENT).order_by().query.exists().sql_with_params()
            parts.append(f"EXISTS({sql})")
            parameters += values
        return f"SELECT {', '.join(parts)}", tuple(parameters)
