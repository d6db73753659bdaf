"""The shop space: what lines mean counts, how they are put does not."""

import numpy as np
import pytest

from kb.fitting.space_fit import Lines, fit_space
from kb.groups import Floats
from kb.space import Space


def lines_of_a_shop(matters: int = 6, each: int = 5) -> Lines:
    """Vectors whose first half says which matter they are about, and whose louder second half says nothing."""
    chance = np.random.default_rng(3)
    numbers = np.repeat(np.arange(matters), each)
    meaning = np.eye(matters)[numbers] * 0.5
    manner = chance.normal(size=(len(numbers), matters))
    rows = np.concatenate([meaning, manner], axis=1)
    return Lines((rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), numbers)


def margin(vectors: Floats, numbers: "np.ndarray") -> float:
    """How much closer lines of one matter are to each other than to the others, on average."""
    cosines, same = vectors @ vectors.T, numbers[:, None] == numbers[None, :]
    np.fill_diagonal(cosines, np.nan)
    return float(np.nanmean(cosines[same]) - np.nanmean(cosines[~same]))


def test_lines_of_one_matter_come_together() -> None:
    shop = lines_of_a_shop()
    space = fit_space([shop], rank=8)
    assert margin(space.of(shop.vectors), shop.matters) > margin(shop.vectors, shop.matters) + 0.03


def test_the_same_lines_make_the_same_space() -> None:
    assert np.array_equal(*(fit_space([lines_of_a_shop()], rank=8).turn for _ in range(2)))


def test_vectors_of_the_space_have_length_one_and_a_missing_one_stays_missing() -> None:
    space = Space(np.eye(3, 4, dtype=np.float32), np.full(4, 0.1, dtype=np.float32))
    turned = space.of(np.array([[0.5, 0.5, 0.5, 0.5], [0, 0, 0, 0]], dtype=np.float32))
    assert np.linalg.norm(turned, axis=1) == pytest.approx([1, 0])
