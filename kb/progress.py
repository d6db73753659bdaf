"""A line on the terminal that shows how far a long job is; in a log file, a line per tenth."""

from types import TracebackType
from typing import Any, Self

_WIDTH = 30


class ProgressLine:
    """Call `show(done, total)` as often as you like; it writes only when there is something new to see."""

    def __init__(self, stream: Any, label: str) -> None:
        self._stream = stream
        self._label = label
        self._is_terminal = bool(stream.isatty())
        self._shown = -1

    def show(self, done: int, total: int) -> None:
        step = done * (100 if self._is_terminal else 10) // max(total, 1)
        if step != self._shown:
            self._shown = step
            self._write(done, total)

    def _write(self, done: int, total: int) -> None:
        text = f"{self._label} {done}/{total}"
        if self._is_terminal:
            filled = _WIDTH * done // max(total, 1)
            self._stream.write(f"\r{text} [{'#' * filled}{'.' * (_WIDTH - filled)}]", ending="")
        else:
            self._stream.write(text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_terminal and self._shown >= 0:
            self._stream.write("")
