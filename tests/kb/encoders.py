"""An encoder for tests: texts mean what the test says they mean."""

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_NEARNESS = 0.8  # two unrelated texts are about as close as with the packaged encoder


class FakeEncoder:
    """Texts of one meaning get nearly the same vector, all others have nothing in common but the language."""

    model_id = "fake"
    dimensions = 96

    def __init__(self, meanings: Mapping[str, str] | None = None) -> None:
        self.meanings = dict(meanings or {})
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        return np.stack([self._vector(text) for text in texts])

    def encode_question(self, text: str) -> NDArray[np.float32]:
        return self._vector(text)

    def _vector(self, text: str) -> NDArray[np.float32]:
        own = _direction(text)
        if text in self.meanings:
            own = _unit(_direction(self.meanings[text]) + 0.3 * own)
        return _unit(np.sqrt(_NEARNESS) * _direction("language") + np.sqrt(1 - _NEARNESS) * own)


class BrokenEncoder(FakeEncoder):
    """Loads, then fails on every question."""

    def encode_question(self, text: str) -> NDArray[np.float32]:
        raise RuntimeError("engine")


def _direction(text: str) -> NDArray[np.float32]:
    numbers = np.random.default_rng(zlib.crc32(text.encode()))
    return _unit(numbers.standard_normal(FakeEncoder.dimensions).astype(np.float32))


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
