"""What a customer comes for: learned from the examples in the back office, at once when they change."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cs_platform.ai.encoder import get_encoder
from cs_platform.text import clean_question
from routing.models import IntentExample
from routing.probe import Floats, Probe
from routing.vectors import encode, known_vectors
from routing.version import INTENTS, current_versions

# Below this score a message is like no example: it gets no intent.
CONFIDENCE_MIN = 0.3
CONFIDENCE_MIN_OF_WORDS = 0.2
# So many examples without vector are encoded while a customer waits; more of them wait for the background.
ENCODED_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Example:
    """One taught sentence. `vector` is empty as long as it has none."""

    intent: str
    text: str
    vector: Floats | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent and how sure it is, about 0 to 1."""

    intent: str
    confidence: float


class Recogniser:
    """Recognises intents; those in `counters` stand for “no matter of the shop”."""

    def __init__(self, examples: Sequence[Example], counters: Iterable[str] = ()) -> None:
        self._counters = frozenset(counters)
        vectors = [example.vector for example in examples if example.vector is not None]
        has_all = bool(examples) and len(vectors) == len(examples)
        self._probe = (
            Probe(
                [clean_question(example.text) for example in examples],
                [example.intent for example in examples],
                np.stack(vectors) if has_all else None,
            )
            if examples
            else None
        )

    @property
    def understands(self) -> bool:
        """Whether meaning takes part, not words alone."""
        return self._probe is not None and self._probe.has_vectors

    def ranked(self, text: str, vector: Floats | None) -> list[Guess]:
        """Every intent, the likeliest first."""
        if self._probe is None:
            return []
        scores = self._probe.score(clean_question(text), vector)
        order = np.argsort(-scores)
        return [Guess(self._probe.labels[place], float(np.clip(scores[place], 0.0, 1.0))) for place in order]

    def recognise(self, text: str, vector: Floats | None) -> Guess | None:
        """The intent of a message; None when it is like no example, or like the counter-examples."""
        guesses = self.ranked(text, vector)
        enough = CONFIDENCE_MIN if self.understands and vector is not None else CONFIDENCE_MIN_OF_WORDS
        if not guesses or guesses[0].confidence < enough or guesses[0].intent in self._counters:
            return None
        return guesses[0]


def build_recogniser() -> Recogniser:
    """From the rows; a few examples whose vector is missing are encoded now and kept."""
    rows = list(IntentExample.objects.filter(intent__is_enabled=True).select_related("intent").order_by("pk"))
    vectors = example_vectors(rows)
    counters = {row.intent.key for row in rows if row.intent.is_counter}
    return Recogniser([Example(row.intent.key, row.text, vectors.get(row.text)) for row in rows], counters)


def example_vectors(rows: Sequence[IntentExample], *, at_once: int = ENCODED_AT_ONCE) -> dict[str, Any]:
    """The vectors of examples by text: shipped, kept in the row, or computed now when only so many are missing."""
    encoder = get_encoder()
    if encoder is None:
        return {}
    found = known_vectors((row.text for row in rows), encoder.model_id)
    missing: list[IntentExample] = []
    for row in rows:
        if row.text in found:
            continue
        if row.model_id == encoder.model_id:
            found[row.text] = np.frombuffer(bytes(row.numbers), dtype=np.float16).astype(np.float32)
        else:
            missing.append(row)
    if 0 < len(missing) <= at_once:
        for row, numbers in zip(missing, encode([row.text for row in missing], encoder), strict=True):
            row.model_id, row.numbers = encoder.model_id, numbers.astype(np.float16).tobytes()
            found[row.text] = numbers
        IntentExample.objects.bulk_update(missing, ["model_id", "numbers"])
    return found


class _Holder:
    """One recogniser per process, built anew when its version or the encoder has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[tuple[int, str], Recogniser] | None = None

    def get(self, version: int) -> Recogniser:
        encoder = get_encoder()
        wanted = (version, encoder.model_id if encoder else "")
        held = self._held
        if held is not None and held[0] == wanted:
            return held[1]
        with self._lock:
            if self._held is None or self._held[0] != wanted:
                self._held = (wanted, build_recogniser())
            return self._held[1]

    def forget(self) -> None:
        self._held = None


_holder = _Holder()


def current_recogniser(versions: Mapping[str, int] | None = None) -> Recogniser:
    """What is taught now. Asks the database, so never call it on the event loop."""
    return _holder.get((current_versions() if versions is None else versions).get(INTENTS, 0))


def forget_recogniser() -> None:
    """Build anew at the next message (tests, whose databases come and go)."""
    _holder.forget()
