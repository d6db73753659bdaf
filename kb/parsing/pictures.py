"""Text in pictures of pages: the interface of a recogniser, and the one that the extra `ocr` brings."""

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PICTURES_MAX = 60  # pages of one file
PIXELS_MAX = 1600  # of the longer side: small print stays legible, and a page costs two seconds
_CONFIDENCE_MIN = 0.5
_MEMORY_MB = 2048


@dataclass(frozen=True, slots=True)
class Words:
    """A recognised line: where it stands in the picture (pixels from the upper left corner) and what it says.

    `height` is that of the line itself: on a page that was laid askew, long lines reach over more than that.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str
    height: float


class Ocr(Protocol):
    """Recognises text in pictures."""

    memory_mb: int

    def read(self, picture: Any) -> Sequence[Words]:
        """The lines of a picture (a Pillow image in RGB) from top to bottom."""


def find_ocr() -> Ocr | None:
    """The recogniser, if the extra is installed."""
    if all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime")):
        return RapidOcr()
    return None


class RapidOcr:
    """PP-OCR by rapidocr and onnxruntime; its models are inside the wheel, nothing is fetched."""

    memory_mb = _MEMORY_MB

    def __init__(self) -> None:
        self._engine: Any = None

    def read(self, picture: Any) -> Sequence[Words]:
        import numpy as np

        found = self._loaded()(np.asarray(picture)[:, :, ::-1])  # it expects blue first
        if found.txts is None:
            return []
        lines = [
            Words(min(box[:, 0]), min(box[:, 1]), max(box[:, 0]), max(box[:, 1]), text, math.dist(box[0], box[3]))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if score >= _CONFIDENCE_MIN and text.strip()
        ]
        return sorted(lines, key=lambda line: (line.top, line.left))

    def _loaded(self) -> Any:
        if self._engine is None:
            from rapidocr import RapidOCR  # a second to load: only when a page is a picture

            threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1}
            self._engine = RapidOCR(params={"Global.log_level": "critical", **threads})
        return self._engine
