"""What was fitted on invented shops and ships with the code: the shop space, the examples in it, the weights of belief.

It belongs to one encoder: vectors of another mean something else. `manage.py fit_answering` makes the file anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from kb.belief import ENTRY_BENDS, QUESTION_BENDS, Belief
from kb.examples import Examples
from kb.groups import Floats
from kb.interplay import Interplay
from kb.lacking import Commonness
from kb.space import Space

FITTED_FILE = Path(__file__).parent / "lexicon" / "fitted.npz"
_STEPS = 127  # unit vectors as whole numbers: cosines stay true to the third digit


@dataclass(frozen=True, slots=True)
class Fitted:
    """Everything that answering learned from invented shops."""

    space: Space
    examples: Examples
    belief: Belief
    commonness: Commonness


@cache
def fitted_for(model_id: str, path: Path = FITTED_FILE) -> Fitted | None:
    """What was fitted for this encoder; None for any other, and then plain closeness decides."""
    with np.load(path) as file:
        if str(file["model_id"]) != model_id:
            return None
        weights = {name: file[name].astype(np.float32) for name in file.files if "/" in name}
        return Fitted(
            Space(file["turn"].astype(np.float32), file["mean"].astype(np.float32)),
            Examples(_unpack(file["lines"]), file["sizes"].tolist(), _unpack(file["centres"])),
            Belief(
                _chosen(weights, "entry", ENTRY_BENDS),
                _chosen(weights, "question", QUESTION_BENDS),
                _of(file),
                _interplay(weights, "together"),
                _interplay(weights, "together_nothing"),
            ),
            Commonness(file["terms"], file["term_weights"].astype(np.float32)),
        )


def store_fitted(
    path: Path,
    model_id: str,
    *,
    space: Space,
    lines: Floats,
    sizes: list[int],
    centres: Floats,
    belief: Belief,
    commonness: Commonness,
) -> None:
    """Write the file; `lines`, `sizes` and `centres` as `Examples` takes them."""
    arrays: dict[str, Any] = {
        "turn": space.turn.astype(np.float16),
        "mean": space.mean.astype(np.float16),
        "lines": _pack(lines),
        "sizes": np.array(sizes, dtype=np.int32),
        "centres": _pack(centres),
        "nothing": np.float32(belief.nothing),
        "terms": commonness.terms,
        "term_weights": commonness.weights.astype(np.float16),
    }
    arrays |= {f"entry/{name}": np.asarray(values, dtype=np.float32) for name, values in belief.entry.items()}
    arrays |= {f"question/{name}": np.asarray(values, dtype=np.float32) for name, values in belief.question.items()}
    for kind, interplay in (("together", belief.together), ("together_nothing", belief.together_nothing)):
        if interplay:
            arrays |= {f"{kind}/{one.name}": getattr(interplay, one.name) for one in fields(interplay)}
    np.savez_compressed(path, model_id=model_id, **arrays)


def _pack(vectors: Floats) -> "np.ndarray":
    highest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), np.float32(1e-9))
    return np.rint(vectors / highest * _STEPS).astype(np.int8)


def _unpack(whole: "np.ndarray") -> Floats:
    vectors = whole.astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _chosen(weights: Mapping[str, Floats], kind: str, bends: Mapping[str, tuple[float, ...]]) -> dict[str, Floats]:
    return {name: weights[f"{kind}/{name}"] for name in bends}


def _interplay(weights: Mapping[str, Floats], kind: str) -> Interplay | None:
    names = [one.name for one in fields(Interplay)]
    return Interplay(*(weights[f"{kind}/{name}"] for name in names)) if f"{kind}/inner" in weights else None


def _of(file: Mapping[str, "np.ndarray"]) -> float:
    return float(file["nothing"])
