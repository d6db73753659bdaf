"""Text in pictures of pages: the interface of a recogniser, and the one that the extra `ocr` brings."""

import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kb.parsing.lines import CHINESE

PICTURES_MAX = 60  # pages of one file
PIXELS_MAX = 1600  # of the longer side: small print stays legible, and a page costs two seconds
_CONFIDENCE_MIN = 0.5
_MEMORY_MB = 2048
_SIZE_OF_HEIGHT = 0.75  # a recognised box is taller than its font
_NARROW = 0.55  # of a Chinese character's width that other characters have
_CHARACTERS_FOR_WIDTH = 3


@dataclass(frozen=True, slots=True)
class Words:
    """A recognised line: where it stands in the picture and the size of its print (pixels, places from the upper left
    corner), and what it says.
    """

    left: float
    top: float
    right: float
    bottom: float
    text: str
    size: float


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
            Words(min(box[:, 0]), min(box[:, 1]), max(box[:, 0]), max(box[:, 1]), text, _size_in(box, text))
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


def _size_in(box: Any, text: str) -> float:
    """By the edges of the box, which leans as the page was laid."""
    return print_size(math.dist(box[0], box[1]), math.dist(box[0], box[3]), text)


def print_size(width: float, height: float, text: str) -> float:
    """The size of the print of a line that fills a box.

    By the width where it is Chinese: its characters are all as wide. The height varies with what is written and with
    what is drawn beside it, and decides where there are too few characters, or others.
    """
    by_height = height * _SIZE_OF_HEIGHT
    wide = len(CHINESE.findall(text))
    if 2 * wide < len(text):
        return by_height
    by_width = width / (wide + _NARROW * (len(text) - wide))
    return by_width if wide >= _CHARACTERS_FOR_WIDTH else min(by_width, by_height)
