"""How well the taught intents are told apart: every example is judged as if it had not been taught."""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from cs_platform.text import clean_question
from routing.intent import CONFIDENCE_MIN, CONFIDENCE_MIN_OF_WORDS, example_vectors
from routing.models import Intent, IntentExample
from routing.probe import Probe


@dataclass(frozen=True, slots=True)
class Finding:
    """An example that would be taken for another intent, or for none (`taken_for` empty)."""

    text: str
    taken_for: str


@dataclass(frozen=True, slots=True)
class IntentFigures:
    """One intent: how many of its examples would be recognised, and those that would not."""

    intent: Intent
    examples: int
    recognised: int
    findings: tuple[Finding, ...]

    @property
    def share(self) -> float:
        return self.recognised / self.examples if self.examples else 0.0


@dataclass(frozen=True, slots=True)
class Checkup:
    """All intents; `understands` says whether meaning took part."""

    intents: tuple[IntentFigures, ...]
    understands: bool

    @property
    def examples(self) -> int:
        return sum(figures.examples for figures in self.intents)

    @property
    def accuracy(self) -> float:
        return sum(figures.recognised for figures in self.intents) / self.examples if self.examples else 0.0


def check_up() -> Checkup:
    """Leave each example out once. Exact, and no slower than learning."""
    rows = list(IntentExample.objects.filter(intent__is_enabled=True).select_related("intent").order_by("pk"))
    if not rows:
        return Checkup((), understands=False)
    vectors = example_vectors(rows)
    has_all = all(row.text in vectors for row in rows)
    probe = Probe(
        [clean_question(row.text) for row in rows],
        [row.intent.key for row in rows],
        np.stack([vectors[row.text] for row in rows]) if has_all else None,
    )
    scores = probe.left_out()
    counters = {row.intent.key for row in rows if row.intent.is_counter}
    enough = CONFIDENCE_MIN if has_all else CONFIDENCE_MIN_OF_WORDS
    taken = [_verdict(probe.labels[int(line.argmax())], float(line.max()), counters, enough) for line in scores]
    return Checkup(_by_intent(rows, taken, counters), has_all)


def _verdict(label: str, score: float, counters: set[str], enough: float) -> str:
    return "" if score < enough or label in counters else label


def _by_intent(rows: list[IntentExample], taken: list[str], counters: set[str]) -> tuple[IntentFigures, ...]:
    names = {row.intent.key: row.intent.name for row in rows}
    sizes: Counter[str] = Counter()
    wrong: defaultdict[str, list[Finding]] = defaultdict(list)
    for row, found in zip(rows, taken, strict=True):
        key = row.intent.key
        sizes[key] += 1
        if found != ("" if key in counters else key):
            wrong[key].append(Finding(row.text, names.get(found, "")))
    intents = {row.intent.key: row.intent for row in rows}
    return tuple(
        IntentFigures(intents[key], size, size - len(wrong[key]), tuple(wrong[key])) for key, size in sizes.items()
    )
