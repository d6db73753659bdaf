"""Fits what the figures tell together, on top of the lines that were fitted before and stay as they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.belief import Belief, side_by_side, whole_figures
from kb.fitting.adam import Weights, descend
from kb.fitting.cases import Case
from kb.fitting.shares import shares_of
from kb.groups import Floats
from kb.interplay import Interplay, standing

_HIDDEN = 12
_NETS = 5  # their mean errs less than one: each began elsewhere
_STEPS, _STEP = 150, 0.01
_PULL = np.float32(2e-3)  # on a plateau from half to three times this; with less, it learns the shops by heart
_RIVALS = 20  # entries that stand a chance; the others teach nothing
_FAR_BELOW = np.float32(-1e9)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The likeliest entries of every case."""

    beliefs: Floats  # cases x rivals: what the lines and what is known say, against "something else" at 0
    figures: Floats  # cases x rivals x figures, in spreads
    whole: Floats  # cases x figures of the question, in spreads
    right: "np.ndarray"  # cases x (rivals + 1)
    shares: Floats  # how much each case counts; 0 where no right answer is among the rivals


def with_interplay(lines: Belief, cases: Sequence[Case]) -> Belief:
    """The belief with the part that reads figures side by side."""
    figures = [side_by_side(case.evidence) for case in cases]
    every = np.concatenate(figures)
    whole = np.concatenate([whole_figures(case.evidence) for case in cases])
    mean, spread = every.mean(axis=0), every.std(axis=0) + np.float32(1e-4)
    whole_mean, whole_spread = whole.mean(axis=0), whole.std(axis=0) + np.float32(1e-4)
    rows = _rows(
        lines,
        cases,
        [standing(one, mean, spread) for one in figures],
        standing(whole, whole_mean, whole_spread),
    )
    nets = [
        descend(
            _layer("", len(mean), seed) | _layer("nothing.", len(whole_mean), seed),
            lambda weights: _slope_of(weights, rows),
            steps=_STEPS,
            step=_STEP,
        )
        for seed in range(_NETS)
    ]
    return replace(
        lines,
        together=Interplay(mean, spread, *_mean_of(nets, "")),
        together_nothing=Interplay(whole_mean, whole_spread, *_mean_of(nets, "nothing.")),
    )


def _mean_of(nets: Sequence[Weights], prefix: str) -> tuple[Floats, Floats, Floats]:
    """One layer that adds what these add on average: inner, shift and outer."""
    inner, shift, outer = ([net[prefix + name] for net in nets] for name in ("inner", "shift", "outer"))
    return np.concatenate(inner, axis=1), np.concatenate(shift), np.concatenate(outer) / np.float32(len(nets))


def _rows(lines: Belief, cases: Sequence[Case], figures: Sequence[Floats], whole: Floats) -> _Rows:
    beliefs = np.full((len(cases), _RIVALS), _FAR_BELOW, dtype=np.float32)
    chosen = np.zeros((len(cases), _RIVALS, figures[0].shape[1]), dtype=np.float32)
    right = np.zeros((len(cases), _RIVALS + 1), dtype=bool)
    for number, case in enumerate(cases):
        believed = sum(lines.parts(case.evidence).values()) + case.known
        rivals = np.argsort(-believed)[:_RIVALS]
        beliefs[number, : len(rivals)] = believed[rivals]
        chosen[number, : len(rivals)] = figures[number][rivals]
        right[number, : len(rivals)] = case.is_right[rivals]
        right[number, -1] = not case.is_right.any()
    weights = np.array([case.weight for case in cases], dtype=np.float32) * right.any(axis=1)
    return _Rows(beliefs, chosen, whole, right, weights / weights.sum())


def _layer(prefix: str, size: int, seed: int) -> Weights:
    """It begins by adding nothing."""
    inner = np.random.default_rng((size, seed)).normal(0, size**-0.5, (size, _HIDDEN)).astype(np.float32)
    return {
        f"{prefix}inner": inner,
        f"{prefix}shift": np.zeros(_HIDDEN, dtype=np.float32),
        f"{prefix}outer": np.zeros(_HIDDEN, dtype=np.float32),
    }


def _slope_of(weights: Weights, rows: _Rows) -> tuple[float, dict[str, Floats]]:
    hidden = np.tanh(rows.figures @ weights["inner"] + weights["shift"])
    hidden_nothing = np.tanh(rows.whole @ weights["nothing.inner"] + weights["nothing.shift"])
    beliefs = rows.beliefs + hidden @ weights["outer"]
    nothing = hidden_nothing @ weights["nothing.outer"]
    odds = np.concatenate([beliefs, nothing[:, None]], axis=1)
    among_all, total = shares_of(odds)
    among_right, total_right = shares_of(np.where(rows.right, odds, _FAR_BELOW))
    pull = (among_all - among_right) * rows.shares[:, None]
    loss = float(rows.shares @ (total - total_right)) + float(_PULL * sum((w**2).sum() for w in weights.values()))
    gradient = _back(pull[:, :-1], hidden, rows.figures, weights["outer"], "")
    gradient |= _back(pull[:, -1], hidden_nothing, rows.whole, weights["nothing.outer"], "nothing.")
    return loss, {name: values + 2 * _PULL * weights[name] for name, values in gradient.items()}


def _back(pull: Floats, hidden: Floats, figures: Floats, outer: Floats, prefix: str) -> dict[str, Floats]:
    """The gradient of one layer, `pull` being that of what it adds."""
    axes = list(range(pull.ndim))
    slope = pull[..., None] * outer * (1 - hidden**2)
    return {
        f"{prefix}inner": np.tensordot(figures, slope, axes=(axes, axes)),
        f"{prefix}shift": slope.sum(axis=tuple(axes)),
        f"{prefix}outer": np.tensordot(hidden, pull, axes=(axes, axes)),
    }
