"""A small HTTP server of the test's own: it keeps what was asked and answers what it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from reports.stand.serving import Asked, Reply, serving

__all__ = ["Asked", "WebDouble", "web_double"]


@dataclass
class WebDouble:
    """`answers` are given in order, the last one again and again: (status, headers, body)."""

    place: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=lambda: [(200, {}, b"{}")])

    @property
    def url(self) -> str:
        return f"http://{self.place}"

    def answer(self, *answers: Reply) -> None:
        self.answers = list(answers)

    def take(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.next_answer()

    def next_answer(self) -> Reply:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def web_double(place: str = "127.0.0.1:0") -> Iterator[WebDouble]:
    """Serve there, or on a free port of this machine, until the block ends."""
    double = WebDouble()
    with serving(double.take, place) as double.place:
        yield double
