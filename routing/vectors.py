"""Sentence vectors of examples and of what customers write; the shipped examples bring theirs along."""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cs_platform.ai.encoder import QUESTION_MAX_CHARS, Encoder, get_encoder
from cs_platform.text import clean_question

logger = logging.getLogger(__name__)

SHIPPED = Path(__file__).parent / "defaults" / "vectors.npz"
Vectors = dict[str, NDArray[np.float32]]


def question_vector(text: str) -> NDArray[np.float32] | None:
    """The vector of what a customer wrote, the very one that the search for an answer uses; None without encoder."""
    encoder = get_encoder()
    if encoder is None:
        return None
    try:
        return encoder.encode_question(clean_question(text))
    except Exception:  # whatever the engine fails with, words decide alone
        logger.exception("The encoder failed on a message; words alone decided.")
        return None


def encode(texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
    """The vectors of examples, cleaned and cut like questions are."""
    return encoder.encode([clean_question(text)[:QUESTION_MAX_CHARS] for text in texts])


def text_key(text: str) -> str:
    return hashlib.blake2b(clean_question(text).encode("utf-8", "ignore"), digest_size=8).hexdigest()


@cache
def shipped_vectors() -> tuple[str, Vectors]:
    """The model of the shipped examples' vectors, and the vectors by the key of their text."""
    if not SHIPPED.exists():
        return "", {}
    with np.load(SHIPPED, allow_pickle=False) as stored:
        rows = stored["numbers"].astype(np.float32)
        return str(stored["model_id"]), dict(zip(map(str, stored["keys"]), rows, strict=True))


def known_vectors(texts: Iterable[str], model_id: str) -> Vectors:
    """Those of the texts whose vectors were shipped for this model, by text."""
    shipped_model, rows = shipped_vectors()
    if shipped_model != model_id:
        return {}
    return {text: rows[key] for text in texts if (key := text_key(text)) in rows}


def write_shipped(texts: Sequence[str], encoder: Encoder) -> int:
    """Compute and keep the vectors of the shipped examples (for maintainers, after editing them)."""
    numbers = encode(texts, encoder).astype(np.float16)
    keys = np.array([text_key(text) for text in texts])
    np.savez_compressed(SHIPPED, model_id=np.array(encoder.model_id), keys=keys, numbers=numbers)
    shipped_vectors.cache_clear()
    return len(texts)
