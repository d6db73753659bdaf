"""How a customer feels, and how strongly: shipped examples, and words that leave no doubt."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cs_platform.ai.encoder import get_encoder
from cs_platform.text import clean_question
from routing.defaults.texts import Section, shipped_feelings
from routing.facts import Feeling
from routing.probe import Floats, Probe
from routing.vectors import known_vectors

NEGATIVE_FROM = 0.5
POSITIVE_FROM = 0.5
# How much a section of the examples counts towards “negative”: mere displeasure is often just a question.
_WEIGHTS = {"furious": 1.0, "upset": 1.0, "displeased": 0.65}
_STRONG_WORD, _MILD_WORD = 0.2, 0.1

_STRONG = (
    "骗子|骗人|欺骗|欺诈|诈骗|12315|曝光|报警|垃圾|恶心|气死|坑人|坑爹|黑心|无良|无耻|投诉|消协|消费者协会|工商局|法院|律师函"
    "|他妈|妈的|滚蛋|混蛋|王八|傻逼|操你|去死|欺人太甚|忍无可忍|受够|火大|流氓|人工智障|倒闭|假货|举报|不要脸|太过分"
)
_MILD = (
    "失望|差评|太差|很差|差劲|生气|无语|不满|敷衍|后悔|离谱|糟糕|太慢|没人管|没人理|没人处理|不负责|坑|烂|烦死|再也不|上当"
    "|凭什么|推来推去|推卸|态度恶劣|都几天|一直不|气人|寒心"
)
_DENIAL = "(?:不是|没有|没|不会|不算|并不|绝不|不)(?:那么|很|太|算|会|想|要|用)?"
_DENIED = re.compile(f"{_DENIAL}(?:{_STRONG}|{_MILD})")
_STRONG_WORDS, _MILD_WORDS = re.compile(_STRONG), re.compile(_MILD)


@dataclass(frozen=True, slots=True)
class Mood:
    """`strength` is 0 to 1, and that of a negative feeling; `words` are those that gave it away."""

    feeling: Feeling
    strength: float
    words: tuple[str, ...] = ()


class FeelingProbe:
    """Feelings learned from sections of examples."""

    def __init__(self, sections: Sequence[Section], vectors: Floats | None) -> None:
        texts = [clean_question(text) for section in sections for text in section.examples]
        labels = [section.key for section in sections for _ in section.examples]
        self._probe = Probe(texts, labels, vectors)
        strengths = {section.key: section.number for section in sections}
        self._strengths = np.array([strengths[label] for label in self._probe.labels], dtype=np.float32)
        self._weights = np.array([_WEIGHTS.get(label, 0.0) for label in self._probe.labels], dtype=np.float32)
        self._positive = self._probe.labels.index("positive")

    def feel(self, text: str, vector: Floats | None) -> Mood:
        """The mood of one message."""
        plain = clean_question(text)
        scores = self._probe.score(plain, vector)
        words, weight = telling_words(plain)
        negative = float(scores @ self._weights) + weight
        strength = float(np.clip(scores @ self._strengths + weight, 0.0, 1.0))
        if negative >= NEGATIVE_FROM and negative > scores[self._positive]:
            return Mood("negative", max(strength, 0.1), words)
        if scores[self._positive] >= POSITIVE_FROM:
            return Mood("positive", 0.0)
        return Mood("neutral", 0.0)


def telling_words(text: str) -> tuple[tuple[str, ...], float]:
    """The words of anger in a text that are not denied, and what they weigh together."""
    undenied = _DENIED.sub("", text)
    strong, mild = _STRONG_WORDS.findall(undenied), _MILD_WORDS.findall(undenied)
    return tuple(dict.fromkeys((*strong, *mild))), _STRONG_WORD * bool(strong) + _MILD_WORD * bool(mild)


class _Holder:
    """One probe per process and encoder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[str, FeelingProbe] | None = None

    def get(self) -> FeelingProbe:
        encoder = get_encoder()
        model_id = encoder.model_id if encoder else ""
        held = self._held
        if held is not None and held[0] == model_id:
            return held[1]
        with self._lock:
            if self._held is None or self._held[0] != model_id:
                self._held = (model_id, _build())
            return self._held[1]


_holder = _Holder()


def feel(text: str, vector: Floats | None) -> Mood:
    """How somebody who writes this feels."""
    return _holder.get().feel(text, vector)


def _build() -> FeelingProbe:
    sections = shipped_feelings()
    encoder = get_encoder()
    if encoder is None:
        return FeelingProbe(sections, None)
    texts = [text for section in sections for text in section.examples]
    known = known_vectors(texts, encoder.model_id)
    # Another encoder than the shipped vectors are for: words alone judge nearly as well.
    is_complete = all(text in known for text in texts)
    return FeelingProbe(sections, np.stack([known[text] for text in texts]) if is_complete else None)
