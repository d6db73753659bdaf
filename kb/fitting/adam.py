"""Gradient descent with momentum and a step per weight (Kingma and Ba, 2014, https://arxiv.org/abs/1412.6980)."""

from collections.abc import Callable, Mapping

import numpy as np

from kb.groups import Floats

Weights = dict[str, Floats]
Slope = Callable[[Weights], tuple[float, Mapping[str, Floats]]]

_MEAN_KEPT, _SPREAD_KEPT, _LEAST = 0.9, 0.99, 1e-8


def descend(weights: Weights, slope: Slope, *, steps: int, step: float) -> Weights:
    """The weights after so many steps; `slope` gives the loss and its gradient."""
    mean = {name: np.zeros_like(values) for name, values in weights.items()}
    spread = {name: np.zeros_like(values) for name, values in weights.items()}
    for count in range(1, steps + 1):
        _loss, gradient = slope(weights)
        for name, values in gradient.items():
            mean[name] = _MEAN_KEPT * mean[name] + (1 - _MEAN_KEPT) * values
            spread[name] = _SPREAD_KEPT * spread[name] + (1 - _SPREAD_KEPT) * values**2
            along = mean[name] / (1 - _MEAN_KEPT**count)
            scale = np.sqrt(spread[name] / (1 - _SPREAD_KEPT**count)) + _LEAST
            weights = weights | {name: (weights[name] - step * along / scale).astype(np.float32)}
    return weights
