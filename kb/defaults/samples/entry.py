"""The shape of a sample."""

from typing import NamedTuple


class SampleEntry(NamedTuple):
    question: str
    variants: tuple[str, ...]
    answer: str
    category: str
    related: tuple[str, ...] = ()
    handoff: str = ""
    is_verbatim: bool = False
