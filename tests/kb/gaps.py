"""Questions that nobody answered, for tests."""

import itertools
from datetime import datetime

from kb.models import Gap, GapQuestion
from kb.services.gaps import record_gap

_numbers = itertools.count(1)


def miss(question: str, *, source: str = "miss", reference: str = "", **fields: object) -> Gap:
    gap = record_gap(question, source=source, reference=reference or f"test:{next(_numbers)}", **fields)  # type: ignore[arg-type]
    assert gap is not None
    return gap


def texts_of(gap: Gap) -> set[str]:
    return set(GapQuestion.objects.filter(gap=gap).values_list("text", flat=True))


def resolved_at(gap: Gap) -> datetime:
    gap.refresh_from_db()
    assert gap.resolved_at is not None
    return gap.resolved_at
