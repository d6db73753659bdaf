"""JSON lines: one object per line, as other systems and our own tools exchange knowledge."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from kb.parsing.delimited import decode
from kb.parsing.refusal import Refusal, empty
from kb.parsing.refusal import gettext_noop as _


def parse(content: bytes, options: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object with the number of its line. One line at a time: of millions of empty ones none is kept."""
    is_empty = True
    for number, line in enumerate(io.StringIO(decode(content)), 1):
        if line.strip():
            is_empty = False
            yield number, _parse(line, number)
    if is_empty:
        raise empty()


def _parse(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refusal(
            _(
                "Line %(number)s is not valid JSON. Every line must be one complete object, such as"
                ' {"question": "…", "answer": "…"}.'
            ),
            number=number,
        ) from error
    if not isinstance(value, dict):
        raise Refusal(
            _('Line %(number)s is not an object. Every line must look like {"question": "…", "answer": "…"}.'),
            number=number,
        )
    return value
