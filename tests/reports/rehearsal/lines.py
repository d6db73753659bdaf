"""Short conversations as their customers read them: `line(5, "ai", "answer")` came five seconds after the first word."""

from datetime import UTC, datetime, timedelta

from reports.rehearsal.reading import Heard

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
Line = tuple[float, str, str, str, str]


def line(seconds: float, sender: str, kind: str = "", text: str = "…", name: str = "") -> Line:
    return seconds, sender, kind or sender, text, name


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def read(*lines: Line, first: int = 1) -> list[Heard]:
    return [
        Heard(seq, sender, kind, text, moment(seconds), name, number=1000 + seq)
        for seq, (seconds, sender, kind, text, name) in enumerate(lines, start=first)
    ]
