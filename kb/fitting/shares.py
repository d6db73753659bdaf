"""Scores as shares of one, and the logarithm of what they were divided by: what both losses are made of."""

import numpy as np

from kb.groups import Floats


def shares_of(scores: Floats) -> tuple[Floats, Floats]:
    """Softmax along the last axis of a matrix, and per row the logarithm of the sum of its powers."""
    highest = scores.max(axis=1, keepdims=True)
    powers = np.exp(scores - highest)
    sums = powers.sum(axis=1, keepdims=True)
    return powers / sums, (np.log(sums) + highest)[:, 0]
