"""Sentence vectors by text and model: those that come with the code, those kept in the database, and the table of them
that a process holds in memory."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cs_platform.ai.encoder import Encoder
from kb.models import Vector

Progress = Callable[[int, int], None]

SHIPPED_FILE = Path(__file__).parent / "lexicon" / "vectors.npz"
_TEXTS_PER_BATCH = 16
_HASHES_PER_QUERY = 500
_THREADS_MAX = 2  # the engine lets go of the interpreter lock; more would starve the web process


def text_hash(text: str) -> str:
    """The key of a text's vector."""
    return hashlib.blake2b(text.encode("utf-8", "ignore"), digest_size=16).hexdigest()


class VectorTable:
    """Vectors of many texts as one float16 matrix; immutable, so that searching threads need no lock."""

    def __init__(self, hashes: Sequence[str], matrix: NDArray[np.float16]) -> None:
        self.matrix = matrix
        self._places = {key: place for place, key in enumerate(hashes)}

    @classmethod
    def empty(cls) -> "VectorTable":
        return cls((), np.zeros((0, 0), dtype=np.float16))

    @classmethod
    def of_rows(cls, rows: dict[str, NDArray[np.float16]]) -> "VectorTable":
        return cls(list(rows), np.stack(list(rows.values()))) if rows else cls.empty()

    @classmethod
    def of_texts(cls, texts: Sequence[str], matrix: NDArray[np.floating]) -> "VectorTable":
        return cls([text_hash(text) for text in texts], matrix.astype(np.float16))

    def __len__(self) -> int:
        return len(self._places)

    def get(self, key: str) -> NDArray[np.float16] | None:
        """The vector of a text by its hash."""
        place = self._places.get(key)
        return None if place is None else self.matrix[place]

    def places(self, keys: Iterable[str]) -> NDArray[np.int64]:
        """The row of each text by its hash, -1 for a text without vector."""
        get = self._places.get
        return np.fromiter((get(key, -1) for key in keys), dtype=np.int64)

    def rows(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors at these places as float32; a row of zeros where the place is -1."""
        if not len(self):
            return np.zeros((len(places), 0), dtype=np.float32)
        found = self.matrix[places].astype(np.float32)
        found[places < 0] = 0.0
        return found


@cache
def shipped_table(model_id: str) -> VectorTable:
    """The vectors that come with the code for this model (`manage.py ship_vectors`); empty for any other model."""
    with np.load(SHIPPED_FILE) as file:
        if str(file["model_id"]) != model_id:
            return VectorTable.empty()
        return VectorTable(file["hashes"].tolist(), file["matrix"])


def load_table(keys: Iterable[str], model_id: str, known: VectorTable) -> VectorTable:
    """The vectors of texts by their hashes: out of memory where `known` has them, shipped, or out of the database."""
    rows: dict[str, NDArray[np.float16]] = {}
    wanted: list[str] = []
    shipped = shipped_table(model_id)
    for key in dict.fromkeys(keys):
        if (row := known.get(key)) is not None or (row := shipped.get(key)) is not None:
            rows[key] = row
        else:
            wanted.append(key)
    if not wanted and len(rows) == len(known):
        return known
    for key, numbers in _stored(wanted, model_id):
        rows[key] = np.frombuffer(numbers, dtype=np.float16)
    return VectorTable.of_rows(rows)


def missing_texts(texts: Iterable[str], model_id: str) -> list[str]:
    """Those without shipped or stored vector, in the order given."""
    shipped = shipped_table(model_id)
    by_hash = {key: text for text in texts if shipped.get(key := text_hash(text)) is None}
    stored = {key for key, _ in _stored(list(by_hash), model_id, numbers=False)}
    return [text for key, text in by_hash.items() if key not in stored]


def encode_texts(texts: Sequence[str], encoder: Encoder, progress: Progress | None = None) -> Iterator[int]:
    """Encode and store batch by batch, yielding how many are done; the caller stops by not asking for more."""
    done = 0
    for batch, matrix in encode_batches(texts, encoder):
        _store(batch, matrix, encoder.model_id)
        done += len(batch)
        if progress:
            progress(done, len(texts))
        yield done


def encode_batches(texts: Sequence[str], encoder: Encoder) -> Iterator[tuple[Sequence[str], NDArray[np.float32]]]:
    """Texts with their vectors, computed by a few threads, in order."""
    batches = [texts[start : start + _TEXTS_PER_BATCH] for start in range(0, len(texts), _TEXTS_PER_BATCH)]
    threads = min(_THREADS_MAX, os.cpu_count() or 1)
    with ThreadPoolExecutor(threads, thread_name_prefix="encode") as pool:
        # Two rounds of batches at a time rather than all: whoever stops early has not queued the rest.
        for start in range(0, len(batches), 2 * threads):
            window = batches[start : start + 2 * threads]
            yield from zip(window, pool.map(encoder.encode, window), strict=True)


def _store(texts: Sequence[str], matrix: NDArray[np.float32], model_id: str) -> None:
    rows = (
        Vector(model_id=model_id, text_hash=text_hash(text), numbers=numbers.astype(np.float16).tobytes())
        for text, numbers in zip(texts, matrix, strict=True)
    )
    Vector.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may have stored the same text


def _stored(keys: Sequence[str], model_id: str, *, numbers: bool = True) -> Iterator[tuple[str, bytes]]:
    """(hash, numbers) of those that are stored."""
    fields = ("text_hash", "numbers") if numbers else ("text_hash", "model_id")
    for start in range(0, len(keys), _HASHES_PER_QUERY):
        chunk = keys[start : start + _HASHES_PER_QUERY]
        yield from Vector.objects.filter(model_id=model_id, text_hash__in=chunk).values_list(*fields)
