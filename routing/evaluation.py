"""How well intents and feelings are recognised on given rows, without touching the database."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cs_platform.ai.encoder import get_encoder
from cs_platform.text import clean_question
from routing.defaults.texts import shipped_intents
from routing.intent import Example, Recogniser
from routing.probe import Floats, Probe
from routing.sentiment import feel
from routing.vectors import encode, known_vectors, question_vector

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
Judge = Callable[[str, Floats | None], str]

NONE_LABELS = frozenset({"", "none", "other", "其他", "无"})
_BATCH = 16


def evaluate_intent(rows: Sequence[Row], progress: Progress) -> dict[str, object]:
    """Rows with split “train” are learned as the only examples; without them the shipped intents are tested."""
    train, test = _split(rows)
    return _measure(test, _learned(train, progress) if train else _shipped_intents(), progress)


def evaluate_sentiment(rows: Sequence[Row], progress: Progress) -> dict[str, object]:
    """The same for feelings; the shipped model knows negative and, where rows call it so, non_negative."""
    train, test = _split(rows)
    if train:
        return _measure(test, _learned(train, progress), progress)
    labels = {str(row["label"]) for row in test}
    return _measure(test, lambda text, vector: _as_label(feel(text, vector).feeling, labels), progress)


def _split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    train = [row for row in rows if row.get("split") == "train"]
    return train, [row for row in rows if row.get("split") != "train"]


def _learned(train: Sequence[Row], progress: Progress) -> Judge:
    texts, labels = [str(row["text"]) for row in train], [str(row["label"]) for row in train]
    probe = Probe([clean_question(text) for text in texts], labels, _encoded(texts, progress))

    def judge(text: str, vector: Floats | None) -> str:
        return probe.labels[int(probe.score(clean_question(text), vector).argmax())]

    return judge


def _encoded(texts: Sequence[str], progress: Progress) -> Floats | None:
    encoder = get_encoder()
    if encoder is None:
        return None
    parts = []
    for start in range(0, len(texts), _BATCH):
        parts.append(encode(texts[start : start + _BATCH], encoder))
        progress("examples", min(start + _BATCH, len(texts)), len(texts))
    return np.concatenate(parts)


def _shipped_intents() -> Judge:
    encoder = get_encoder()
    sections = shipped_intents()
    known = known_vectors(
        (text for section in sections for text in section.examples), encoder.model_id if encoder else "none"
    )
    examples = [Example(section.key, text, known.get(text)) for section in sections for text in section.examples]
    recogniser = Recogniser(examples, (section.key for section in sections if section.is_counter))
    names = {section.key: section.name for section in sections}

    def judge(text: str, vector: Floats | None) -> str:
        guess = recogniser.recognise(text, vector)
        return names[guess.intent] if guess else ""

    return judge


def _as_label(feeling: str, labels: set[str]) -> str:
    if feeling in labels or "non_negative" not in labels:
        return feeling
    return "non_negative"


def _measure(test: Sequence[Row], judge: Judge, progress: Progress) -> dict[str, object]:
    wanted: list[str] = []
    got: list[str] = []
    times: list[float] = []
    for done, row in enumerate(test, 1):
        label = str(row["label"])
        text = str(row["text"])
        started = time.perf_counter()
        found = judge(text, question_vector(text))
        times.append((time.perf_counter() - started) * 1_000)
        wanted.append("" if label in NONE_LABELS else label)
        got.append(found)
        if done % 25 == 0 or done == len(test):
            progress("texts", done, len(test))
    return _figures(wanted, got, times or [0.0])


def _figures(wanted: Sequence[str], got: Sequence[str], times: Sequence[float]) -> dict[str, object]:
    per_label = {label: _of_label(label, wanted, got) for label in sorted({*wanted, *got})}
    right = sum(want == have for want, have in zip(wanted, got, strict=True))
    return {
        "n": len(wanted),
        "accuracy": round(right / len(wanted), 4) if wanted else 0.0,
        "macro_f1": round(float(np.mean([figures["f1"] for figures in per_label.values()])), 4) if per_label else 0.0,
        "per_label": {label or "none": figures for label, figures in per_label.items()},
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
    }


def _of_label(label: str, wanted: Sequence[str], got: Sequence[str]) -> dict[str, float]:
    pairs = list(zip(wanted, got, strict=True))
    hits = sum(want == have == label for want, have in pairs)
    asked, said = sum(want == label for want in wanted), sum(have == label for have in got)
    return {
        "n": asked,
        "precision": round(hits / said, 4) if said else 0.0,
        "recall": round(hits / asked, 4) if asked else 0.0,
        "f1": round(2 * hits / (asked + said), 4) if asked + said else 0.0,
    }
