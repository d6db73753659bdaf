"""Fits the shop space: lines about one matter come together, lines about different matters of one shop move apart.

The loss is the supervised contrastive one (Khosla et al., 2020, https://arxiv.org/abs/2004.11362, `L_in`), over the
lines of one shop at a time: two shops may have the same matter, and that is no difference to learn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.fitting.adam import Weights, descend
from kb.fitting.shares import shares_of
from kb.groups import Floats, Places
from kb.space import Space

RANK = 192
_TEMPERATURE = np.float32(0.07)
_PULL = np.float32(0.01)  # back to where it began: plain principal directions
_STEPS, _STEP = 60, 0.001
_FAR_BELOW = np.float32(-1e9)
_SHORTEST = np.float32(1e-6)


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentence vectors of what is said in one shop, and the number of the matter that each is about."""

    vectors: Floats
    matters: Places


def fit_space(shops: Sequence[Lines], rank: int = RANK) -> Space:
    """The space in which these lines are told apart best."""
    every = np.concatenate([shop.vectors for shop in shops])
    mean = every.mean(axis=0)
    _values, axes = np.linalg.eigh(np.cov(every - mean, rowvar=False))
    start = np.ascontiguousarray(axes[:, ::-1][:, :rank].T, dtype=np.float32)
    centred = [Lines(shop.vectors - mean, shop.matters) for shop in shops]

    def slope(weights: Weights) -> tuple[float, dict[str, Floats]]:
        turn = weights["turn"]
        losses = [_slope_of(turn, shop) for shop in centred]
        pull = turn - start
        loss = float(np.mean([loss for loss, _ in losses])) + float(_PULL * (pull**2).sum())
        gradient = np.mean([gradient for _, gradient in losses], axis=0) + 2 * _PULL * pull
        return loss, {"turn": gradient}

    return Space(descend({"turn": start}, slope, steps=_STEPS, step=_STEP)["turn"], mean)


def _slope_of(turn: Floats, lines: Lines) -> tuple[float, Floats]:
    """Loss and gradient over one shop."""
    turned = lines.vectors @ turn.T
    lengths = np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), _SHORTEST)
    units = turned / lengths
    closeness = units @ units.T / _TEMPERATURE
    np.fill_diagonal(closeness, _FAR_BELOW)
    same = lines.matters[:, None] == lines.matters[None, :]
    np.fill_diagonal(same, val=False)
    counted = same.any(axis=1)
    among_all, total = shares_of(closeness)
    among_same, total_same = shares_of(np.where(same, closeness, _FAR_BELOW))
    loss = float((total - total_same)[counted].mean())
    pull = (among_all - among_same) * (counted[:, None] / max(int(counted.sum()), 1))
    back = (pull + pull.T) @ units / _TEMPERATURE
    gradient = ((back - units * (units * back).sum(axis=1, keepdims=True)) / lengths).T @ lines.vectors
    return loss, np.asarray(gradient, dtype=np.float32)
