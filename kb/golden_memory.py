"""What golden questions got when they were asked last: the next publish need not ask the old state again."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.index import KnowledgeIndex
from kb.rehearsal import Case, Told

# Entries begin and end to apply as time goes by, so an answer is not trusted for longer.
_SECONDS_TRUSTED = 300.0
_ROUNDS_KEPT = 2  # before and after the last change


@dataclass(frozen=True, slots=True)
class _Round:
    facts: tuple[object, ...]
    told: Sequence[Told]
    at: float


_rounds: deque[_Round] = deque(maxlen=_ROUNDS_KEPT)


def recall_round(
    index: KnowledgeIndex, cases: Sequence[Case], handoffs: Mapping[int, str], now: float | None = None
) -> Sequence[Told] | None:
    """The answers of a moment ago, if everything that they depend on is still the same; `now` counts in seconds."""
    now = time.monotonic() if now is None else now
    facts = _facts(index, cases, handoffs)
    rounds = (one for one in reversed(_rounds) if now - one.at < _SECONDS_TRUSTED and one.facts == facts)
    found = next(rounds, None)
    return found.told if found else None


def remember_round(
    index: KnowledgeIndex,
    cases: Sequence[Case],
    handoffs: Mapping[int, str],
    told: Sequence[Told],
    now: float | None = None,
) -> None:
    """Keep a round of answers for the next change in this process."""
    _rounds.append(_Round(_facts(index, cases, handoffs), told, time.monotonic() if now is None else now))


def _facts(index: KnowledgeIndex, cases: Sequence[Case], handoffs: Mapping[int, str]) -> tuple[object, ...]:
    asked = [(case.question, case.scope, case.stance, case.expected) for case in cases]
    return len(index.table), index.reader.vocabulary, index.catalogue.names, asked, dict(handoffs), index.entries
