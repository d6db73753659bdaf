"""Fits the weights of belief: of every question, the entries that answer it, or "something else", get the odds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.belief import ENTRY_BENDS, QUESTION_BENDS, Belief, Evidence, bent
from kb.fitting.adam import Weights, descend
from kb.fitting.cases import Case
from kb.fitting.interplay_fit import with_interplay
from kb.fitting.shares import shares_of
from kb.groups import Floats

_STEPS, _STEP = 400, 0.02
_PULL = 1e-3
_FAR_BELOW = np.float32(-1e9)
_CONSTANT_BELOW = 1e-4


@dataclass(frozen=True, slots=True)
class _Columns:
    entries: Floats  # cases x entries x columns
    questions: Floats  # cases x columns
    is_right: "np.ndarray"  # cases x entries
    exists: "np.ndarray"  # cases x entries; shops have different numbers of them
    known: Floats
    weights: Floats


def fit_belief(cases: Sequence[Case]) -> Belief:
    """The weights under which what happened is most likely."""
    columns = _columns_of(cases)
    entry_scale = _scale(columns.entries[columns.exists])
    question_mean = columns.questions.mean(axis=0)
    question_scale = _scale(columns.questions)
    entries = columns.entries / entry_scale
    questions = (columns.questions - question_mean) / question_scale
    start: Weights = {
        "entry": np.zeros(len(entry_scale), dtype=np.float32),
        "question": np.zeros(len(question_scale), dtype=np.float32),
        "nothing": np.zeros(1, dtype=np.float32),
    }

    def slope(weights: Weights) -> tuple[float, dict[str, Floats]]:
        return _slope_of(weights, entries, questions, columns)

    fitted = descend(start, slope, steps=_STEPS, step=_STEP)
    by_question = fitted["question"] / question_scale
    lines = Belief(
        _split(fitted["entry"] / entry_scale, ENTRY_BENDS),
        _split(by_question, QUESTION_BENDS),
        float(fitted["nothing"][0] - by_question @ question_mean),
    )
    return with_interplay(lines, cases)


def _slope_of(
    weights: Weights, entries: Floats, questions: Floats, columns: _Columns
) -> tuple[float, dict[str, Floats]]:
    beliefs = np.where(columns.exists, entries @ weights["entry"] + columns.known, _FAR_BELOW)
    nothing = questions @ weights["question"] + weights["nothing"][0]
    odds = np.concatenate([beliefs, nothing[:, None]], axis=1)
    is_answered = columns.is_right.any(axis=1, keepdims=True)
    right = np.concatenate([columns.is_right, ~is_answered], axis=1)
    among_all, total = shares_of(odds)
    among_right, total_right = shares_of(np.where(right, odds, _FAR_BELOW))
    share = columns.weights / columns.weights.sum()
    pull = (among_all - among_right) * share[:, None]
    loss = float(share @ (total - total_right)) + _PULL * sum(float((values**2).sum()) for values in weights.values())
    gradient = {
        "entry": np.tensordot(pull[:, :-1], entries, axes=([0, 1], [0, 1])),
        "question": pull[:, -1] @ questions,
        "nothing": pull[:, -1].sum(keepdims=True),
    }
    return loss, {name: values + 2 * np.float32(_PULL) * weights[name] for name, values in gradient.items()}


def _columns_of(cases: Sequence[Case]) -> _Columns:
    size = max(len(case.is_right) for case in cases)
    entries = [_entry_columns(case.evidence) for case in cases]
    return _Columns(
        entries=np.stack([np.pad(one, ((0, size - len(one)), (0, 0))) for one in entries]),
        questions=np.stack([_question_columns(case.evidence) for case in cases]),
        is_right=np.stack([np.pad(case.is_right, (0, size - len(case.is_right))) for case in cases]),
        exists=np.stack([np.arange(size) < len(case.is_right) for case in cases]),
        known=np.stack([np.pad(case.known, (0, size - len(case.known))) for case in cases]),
        weights=np.array([case.weight for case in cases], dtype=np.float32),
    )


def _entry_columns(evidence: Evidence) -> Floats:
    return np.concatenate([bent(values, ENTRY_BENDS[name]) for name, values in evidence.of_entries().items()], axis=1)


def _question_columns(evidence: Evidence) -> Floats:
    figures = evidence.of_question().items()
    return np.concatenate([bent(np.array([value]), QUESTION_BENDS[name])[0] for name, value in figures])


def _scale(columns: Floats) -> Floats:
    """How much each column varies; one for a column that does not, which then gets no weight to speak of."""
    spread = columns.std(axis=0)
    return np.where(spread < _CONSTANT_BELOW, np.float32(1), spread)


def _split(weights: Floats, bends: Mapping[str, tuple[float, ...]]) -> dict[str, Floats]:
    found, start = {}, 0
    for name, places in bends.items():
        found[name] = weights[start : start + 1 + len(places)].astype(np.float32)
        start += 1 + len(places)
    return found
