"""Meaning: how close a question's vector comes to every phrasing, at once and in a few milliseconds."""

import numpy as np

from kb.groups import Floats, Places
from kb.vectors import VectorTable

# Up to here every phrasing is compared in full; beyond, that alone would take longer than the encoder.
_COMPARED_IN_FULL = 10_000
_ROUGH_DIMENSIONS = 64
_SAMPLE = 20_000
_ROWS_AT_ONCE = 20_000


class Phrasings:
    """The vectors of all phrasings. `places` are their rows in the table, -1 where the vector is still missing."""

    def __init__(self, table: VectorTable, places: Places) -> None:
        self._table = table
        self._places = places
        known = places[places >= 0]
        self._is_rough = len(known) > _COMPARED_IN_FULL
        if self._is_rough:
            self._centre, self._axes = _principal_axes(table.rows(_spread(known, _SAMPLE)))
            self._matrix = self._project()
        else:
            self._matrix = table.rows(places)

    @property
    def nbytes(self) -> int:
        return self._matrix.nbytes

    def compare(self, vector: Floats) -> Floats:
        """One cosine per phrasing: exact for a small shop, close enough to choose candidates for a large one."""
        if not self._is_rough:
            return self._matrix @ vector
        return self._matrix @ (self._axes @ vector) + np.float32(self._centre @ vector)

    def vectors(self, rows: Places) -> Floats:
        """The vectors of some phrasings; zeros where one is missing."""
        return self._table.rows(self._places[rows]) if self._is_rough else self._matrix[rows]

    def _project(self) -> Floats:
        """Every vector along the axes, piece by piece: all of them as float32 would take six times the memory."""
        pieces = range(0, len(self._places), _ROWS_AT_ONCE)
        return np.concatenate(
            [(self._table.rows(self._places[at : at + _ROWS_AT_ONCE]) - self._centre) @ self._axes.T for at in pieces]
        )


def _principal_axes(sample: Floats) -> tuple[Floats, Floats]:
    """The mean, and the directions in which these texts differ most."""
    centre = sample.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov(sample - centre, rowvar=False))
    return centre, np.ascontiguousarray(axes[:, ::-1][:, :_ROUGH_DIMENSIONS].T, dtype=np.float32)


def _spread(places: Places, count: int) -> Places:
    """At most so many of them, evenly spread."""
    return places[:: max(1, len(places) // count)]
