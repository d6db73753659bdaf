"""Golden questions against a draft: what a change makes of each answer, and whether that stops it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cs_platform.text import phrase_key
from kb.confidence import Stance
from kb.scope import ANYBODY, Scope

Outcome = Literal["right", "offered", "silent", "wrong", "open"]
Verdict = Literal["unchanged", "improved", "changed", "worse"]
Why = Literal["", "lost", "taken", "sent", "words", "hollow", "less"]

# How good it is: a wrong answer is worse than none.
_RANK: dict[Outcome, int] = {"wrong": 0, "silent": 1, "open": 1, "offered": 2, "right": 3}
_HOLLOW_BELOW = 0.25  # of the text that was there
_HOLLOW_FROM = 16  # characters: who shortens less than that has not emptied it
_UNREADABLE = re.compile(r"\ufffd|\?{3,}|锟斤拷|烫烫烫")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_BEFORE, _HAN_AFTER = 0.3, 0.05


@dataclass(frozen=True, slots=True)
class Expected:
    """What must become of a question. An empty kind expects nothing."""

    kind: Literal["", "entry", "nothing", "words"] = ""
    entry_id: int | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One golden question as it is tried."""

    question: str
    expected: Expected
    expected_title: str = ""
    is_blocking: bool = True
    golden_id: int | None = None
    scope: Scope = ANYBODY  # who asks
    stance: Stance = "balanced"  # how much the AI dares there
    asked_as: str = ""  # who asks, in words
    is_excused: bool = False  # that nobody answers it any more is meant; a wrong answer is not


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer gets. The entry of an answer that the expected entry gives word for word is that one."""

    band: str  # answer, clarify, unknown, handoff
    entry_id: int | None = None
    title: str = ""
    text: str = ""
    offered: tuple[int, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One question before and after."""

    case: Case
    before: Told
    after: Told
    outcome: Outcome
    verdict: Verdict
    why: Why
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All questions, before and after."""

    lines: tuple[Line, ...]
    is_partial: bool = False

    @property
    def blocking(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_blocking)

    @property
    def different(self) -> tuple[Line, ...]:
        """Every question of which the customer gets something else, what stops the change first."""
        order = {"worse": 0, "changed": 1, "improved": 2}
        found = [line for line in self.lines if line.verdict != "unchanged"]
        return tuple(sorted(found, key=lambda line: (not line.is_blocking, order[line.verdict])))

    def count(self, verdict: Verdict) -> int:
        return sum(line.verdict == verdict for line in self.lines)


def rehearse(
    cases: Sequence[Case], before: Sequence[Told], after: Sequence[Told], *, is_partial: bool = False
) -> Rehearsal:
    """Compare two rounds of the same questions."""
    lines = [compare(case, was, now) for case, was, now in zip(cases, before, after, strict=True)]
    return Rehearsal(tuple(lines), is_partial)


def compare(case: Case, before: Told, after: Told) -> Line:
    """What a change makes of one question.

    It stops the change when the expected answer came before and comes no more, or when a wrong answer is sent that
    was not sent before. What was wrong all along is not the fault of this change.
    """
    was, now = judge(case.expected, before), judge(case.expected, after)
    is_hollow = was == now == "right" and is_hollowed(before.text, after.text)
    if is_hollow:
        now = "wrong"
    verdict = _verdict(before, after, _RANK[now] - _RANK[was])
    is_grave = verdict == "worse" and (was == "right" or now == "wrong")
    why = _why(case.expected, was, now, after, is_hollow=is_hollow) if verdict == "worse" else ""
    is_meant = case.is_excused and now != "wrong"
    return Line(case, before, after, now, verdict, why, is_grave and case.is_blocking and not is_meant)


def judge(expected: Expected, told: Told) -> Outcome:
    """How an answer fits what is expected."""
    if not expected.kind or (expected.kind == "entry" and expected.entry_id is None):
        return "open"
    if expected.kind == "nothing":
        return "wrong" if told.band == "answer" else "right"
    if told.band == "answer":
        is_right = expected.kind == "words" or told.entry_id == expected.entry_id
        return "right" if is_right and has_words(told.text, expected.words) else "wrong"
    return "offered" if told.band == "clarify" and expected.entry_id in told.offered else "silent"


def has_words(text: str, words: Sequence[str]) -> bool:
    """Whether each of them occurs, punctuation, width and case aside."""
    said = phrase_key(text)
    return all(phrase_key(word) in said for word in words)


def is_hollowed(before: str, after: str) -> bool:
    """Whether an answer was emptied, or became unreadable, rather than rewritten."""
    was, now = phrase_key(before), phrase_key(after)
    if len(was) >= _HOLLOW_FROM and len(now) < _HOLLOW_BELOW * len(was):
        return True
    if _UNREADABLE.search(after) and not _UNREADABLE.search(before):
        return True
    return bool(was) and (not now or (_han(was) >= _HAN_BEFORE and _han(now) < _HAN_AFTER))


def _verdict(before: Told, after: Told, gain: int) -> Verdict:
    if gain:
        return "improved" if gain > 0 else "worse"
    same = (before.band, before.entry_id, before.text) == (after.band, after.entry_id, after.text)
    return "unchanged" if same and set(before.offered) == set(after.offered) else "changed"


def _why(expected: Expected, was: Outcome, now: Outcome, after: Told, *, is_hollow: bool) -> Why:
    if is_hollow:
        return "hollow"
    if now == "wrong":
        if expected.kind == "nothing":
            return "sent"
        return "words" if expected.kind == "words" or after.entry_id == expected.entry_id else "taken"
    return "lost" if was == "right" else "less"


def _han(text: str) -> float:
    return len(_HAN.findall(text)) / len(text)
