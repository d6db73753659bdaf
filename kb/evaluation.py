"""How well given questions are answered from given knowledge: the answer pipeline itself, without a database."""

import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cs_platform.ai.encoder import get_encoder
from kb.answering import Answer, answer_from
from kb.fitted import fitted_for
from kb.index import KnowledgeIndex
from kb.perturbing import PERTURBATIONS
from kb.prepared import IndexedEntry, texts_to_encode
from kb.search import question_vector
from kb.vectors import VectorTable, encode_batches, shipped_table, text_hash

Progress = Callable[[str, int, int], None]
Row = dict[str, Any]

_RANKS_LOOKED_AT = 100
_SEED = 7


class UnreadableRowsError(ValueError):
    """A file is not what the evaluation needs; the message says which line and why."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question with the entries that answer it; none: the knowledge has no answer."""

    text: str
    relevant: frozenset[str]
    kind: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the pipeline did with one query."""

    query: Query
    answer: Answer
    rank: int  # of the best relevant entry, 1 is best, 0 not found
    is_right: bool  # the answer sent, or one of the questions offered, is relevant
    milliseconds: float


def evaluate_answers(kb: Path, queries: Path, progress: Progress, *, perturb: Sequence[str] = ()) -> dict[str, object]:
    """Measure retrieval, bands and refusal on two jsonl files.

    `perturb` names ways of mistyping (`kb.perturbing`): under `perturbed` the same figures follow for the questions
    that each of them changes, and for those questions as they were.
    """
    rows = read_rows(kb, required=("id", "question"))
    asked = [_as_query(row) for row in read_rows(queries, required=("query", "relevant_ids"))]
    index = build_index(_as_entries(rows), progress)
    ids = [str(row["id"]) for row in rows]
    outcomes = _ask_all(index, ids, asked, "questions", progress)
    figures = summarise(outcomes)
    if perturb:
        figures["perturbed"] = {name: _perturbed(index, ids, outcomes, name, progress) for name in perturb}
    return figures


def _ask_all(
    index: KnowledgeIndex, ids: Sequence[str], asked: Sequence[Query], what: str, progress: Progress
) -> list[Outcome]:
    outcomes = []
    for done, query in enumerate(asked, 1):
        outcomes.append(_ask(index, ids, query))
        if done % 25 == 0 or done == len(asked):
            progress(what, done, len(asked))
    return outcomes


def _perturbed(
    index: KnowledgeIndex, ids: Sequence[str], outcomes: Sequence[Outcome], name: str, progress: Progress
) -> dict[str, object]:
    chooser = random.Random(_SEED)
    texts = [PERTURBATIONS[name](outcome.query.text, chooser) for outcome in outcomes]
    changed = [(outcome, text) for outcome, text in zip(outcomes, texts, strict=True) if text != outcome.query.text]
    asked = [Query(text, outcome.query.relevant, outcome.query.kind) for outcome, text in changed]
    figures = summarise(_ask_all(index, ids, asked, name, progress))
    return {**figures, "before": summarise([outcome for outcome, _text in changed])}


def build_index(entries: Sequence[IndexedEntry], progress: Progress, *, is_fitted: bool = True) -> KnowledgeIndex:
    """An index with every vector computed here and now; unless `is_fitted`, plain closeness decides."""
    encoder = get_encoder()
    if encoder is None:
        return KnowledgeIndex(entries, VectorTable.empty())
    shipped = shipped_table(encoder.model_id)
    texts = {text_hash(text): text for text in texts_to_encode(entries)}
    rows = {key: row for key in texts if (row := shipped.get(key)) is not None}
    missing = [text for key, text in texts.items() if key not in rows]
    for batch, matrix in encode_batches(missing, encoder):
        rows |= zip(map(text_hash, batch), matrix.astype(np.float16), strict=True)
        progress("vectors", len(rows), len(texts))
    return KnowledgeIndex(
        entries, VectorTable.of_rows(rows), fitted=fitted_for(encoder.model_id) if is_fitted else None
    )


def summarise(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The figures; shares are 0..1, and 0 where nothing was there to count."""
    answerable = [outcome for outcome in outcomes if outcome.query.relevant]
    unanswerable = [outcome for outcome in outcomes if not outcome.query.relevant]
    answered = [outcome for outcome in outcomes if outcome.answer.band == "answer"]
    offered = [outcome for outcome in answerable if outcome.answer.band == "clarify"]
    times = [outcome.milliseconds for outcome in outcomes] or [0.0]
    return {
        "n": len(outcomes),
        "recall_at_1": _share(outcome.rank == 1 for outcome in answerable),
        "recall_at_5": _share(1 <= outcome.rank <= 5 for outcome in answerable),
        "mrr": _mean([1 / outcome.rank if outcome.rank else 0.0 for outcome in answerable]),
        "answered": _share(outcome.answer.band == "answer" for outcome in outcomes),
        "answered_correct": _share(outcome.is_right for outcome in answered),
        "wrong_answers": _share(not outcome.is_right for outcome in answered),
        "offered": _share(outcome.answer.band == "clarify" for outcome in answerable),
        "offered_correct": _share(outcome.is_right for outcome in offered),
        "refused_unanswerable": _share(outcome.answer.band != "answer" for outcome in unanswerable),
        "auroc": _auroc(
            [outcome.answer.confidence for outcome in answerable],
            [outcome.answer.confidence for outcome in unanswerable],
        ),
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
        "by_type": {kind: _bands(outcomes, kind) for kind in sorted({outcome.query.kind for outcome in outcomes})},
    }


def read_rows(path: Path, *, required: Sequence[str]) -> list[Row]:
    """The objects of a jsonl file."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableRowsError(f"{path}: {error}") from error
    rows = [_parse(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise UnreadableRowsError(f"{path}: no rows")
    for number, row in enumerate(rows, 1):
        if missing := [name for name in required if name not in row]:
            raise UnreadableRowsError(f"{path}: row {number} has no {', '.join(missing)}")
    return rows


def _parse(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UnreadableRowsError(f"{path}, line {number}: {error}") from error
    if not isinstance(row, dict):
        raise UnreadableRowsError(f"{path}, line {number}: not an object")
    return row


def _as_entries(rows: Iterable[Row]) -> list[IndexedEntry]:
    return [
        IndexedEntry(
            id=number,
            phrasings=(str(row["question"]), *map(str, row.get("variants") or ())),
            answer=row.get("answer") or "",
            related=tuple(map(str, row.get("related") or ())),
        )
        for number, row in enumerate(rows)
    ]


def _as_query(row: Row) -> Query:
    relevant = frozenset(map(str, row["relevant_ids"] or ()))
    return Query(str(row["query"]), relevant, str(row.get("type") or ("answerable" if relevant else "unanswerable")))


def _ask(index: KnowledgeIndex, ids: Sequence[str], query: Query) -> Outcome:
    started = time.perf_counter()
    answer = answer_from(index, query.text)
    milliseconds = (time.perf_counter() - started) * 1_000
    shown = [answer.entry_id] if answer.entry_id is not None else [option.entry_id for option in answer.options]
    is_right = any(ids[entry_id] in query.relevant for entry_id in shown)
    return Outcome(query, answer, _rank(index, ids, query), is_right, milliseconds)


def _rank(index: KnowledgeIndex, ids: Sequence[str], query: Query) -> int:
    hits = index.search(query.text, _RANKS_LOOKED_AT, vector=question_vector(index, query.text))
    ordered = dict.fromkeys((*index.exact(query.text), *(hit.entry for hit in hits)))
    ranks = (rank for rank, entry in enumerate(ordered, 1) if ids[entry.id] in query.relevant)
    return next(ranks, 0)


def _bands(outcomes: Iterable[Outcome], kind: str) -> dict[str, object]:
    bands = [outcome.answer.band for outcome in outcomes if outcome.query.kind == kind]
    return {
        "n": len(bands),
        "refused": _share(band != "answer" for band in bands),
        **{band: _share(found == band for found in bands) for band in ("answer", "clarify", "unknown")},
    }


def _share(flags: Iterable[bool]) -> float:
    return _mean([float(flag) for flag in flags])


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that an answerable question gets more confidence than an unanswerable one; a tie counts half."""
    if not positive or not negative:
        return 0.0
    below = np.sort(np.asarray(negative))
    wins = np.searchsorted(below, positive, side="left") + np.searchsorted(below, positive, side="right")
    return round(float(wins.mean()) / 2 / len(below), 4)
