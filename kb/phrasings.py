"""More ways to ask what an entry answers: what customers really wrote, what shoppers are known to write, and turns of
phrase. Suggestions only; whoever writes the entry takes what fits.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cs_platform.ai.encoder import get_encoder
from cs_platform.masking import hide_personal
from cs_platform.text import clean_question, normalise, phrase_key
from kb.coverage import matters_of
from kb.index import KnowledgeIndex
from kb.lexicon.intents import Intent, intents
from kb.models import Gap, GapQuestion
from kb.search import question_vector

SHOWN_MAX = 8
CHARACTERS_MAX = 60
BANK_MAX = 12  # of the wordings of one matter
_READ_MAX = 400
_ENCODED_MAX = 4
_SHARE_MIN = 0.5
_ALIKE_MIN = 0.6
Asking = Callable[[int], Iterable[str]]

_sources: list[Asking] = []


def offer_asked(source: Asking) -> None:
    """Called when an app starts: what customers wrote that an entry answered, by its number, the newest first."""
    _sources.append(source)


@dataclass(frozen=True, slots=True)
class Suggested:
    """A phrasing, and how often it was asked; 0 for what nobody asked yet."""

    text: str
    count: int = 0


class Known:
    """What need not be suggested: what the entry has, and what belongs to another one."""

    def __init__(self, phrasings: Sequence[str], entry_id: int | None, index: KnowledgeIndex) -> None:
        self._keys = {phrase_key(text) for text in phrasings}
        self._entry_id = entry_id
        self._index = index

    def is_new(self, text: str) -> bool:
        key = phrase_key(text)
        if not 2 <= len(key) <= CHARACTERS_MAX or key in self._keys:
            return False
        same = self._index.exact(text, self._index.coverage.everything)
        return all(entry.id == self._entry_id for entry in same)

    def choose(self, texts: Iterable[str], most: int = SHOWN_MAX) -> list[Suggested]:
        """The new ones, each once, the most frequent first; what was chosen here is not new any more."""
        counts: Counter[str] = Counter()
        first: dict[str, str] = {}
        for text in texts:
            key = phrase_key(text)
            first.setdefault(key, text)
            counts[key] += 1
        chosen = [Suggested(first[key], count) for key, count in counts.most_common() if self.is_new(first[key])]
        self._keys |= {phrase_key(one.text) for one in chosen[:most]}
        return chosen[:most]


def asked_by_customers(entry_id: int | None) -> list[str]:
    """Questions that this entry answered, and pending ones that it was written for; without personal data."""
    if entry_id is None:
        return []
    gaps = Gap.objects.filter(entry=entry_id).values("pk")
    pending = GapQuestion.objects.filter(gap__in=gaps).order_by("-asked_at").values_list("text", flat=True)[:_READ_MAX]
    wrong = set(
        GapQuestion.objects.filter(entry=entry_id, source=GapQuestion.Source.WRONG_REPLY).values_list("key", flat=True)
    )
    answered = (text for source in _sources for text in source(entry_id))
    texts = [_bare(text) for text in (*pending, *answered)]
    return [text for text in texts if text and phrase_key(text) not in wrong]


def known_to_be_asked(question: str, index: KnowledgeIndex) -> list[str]:
    """What shoppers type for the same matter, from the shipped bank; nothing where no matter stands out."""
    vector = question_vector(index, question)
    if index.bridge is None or vector is None:
        return _by_words(question)
    meant = index.bridge.bank.meant(index.reader.read(question).words, vector)
    best = int(meant.shares.argmax())
    return list(intents()[best].paraphrases) if meant.shares[best] >= _SHARE_MIN else []


def matters_beside(phrasings: Sequence[str], index: KnowledgeIndex) -> list[Intent]:
    """The matters of the shipped bank that an entry with these phrasings may treat, the nearest first."""
    encoder = get_encoder()
    if encoder is None or index.bridge is None or index.floor is None:
        return []
    return matters_of(index.bridge.bank, encoder.encode(list(phrasings[:_ENCODED_MAX])), index.floor)


def turned(question: str) -> list[str]:
    """The standard question in other words, as people type it: shorter, politer, with another question word."""
    bare = normalise(question).strip(" ?？。.!！")
    plain = _WRAPPING.sub("", bare)
    found = [plain]
    for pattern, forms in _TURNS:
        if match := pattern.fullmatch(plain):
            found += [form.format(*match.groups()) for form in forms]
    return [text for text in found if text and text != bare]


def _bare(text: str) -> str:
    masked = hide_personal(text)
    return clean_question(masked) if masked == text and "\n" not in text.strip() else ""


def _by_words(question: str) -> list[str]:
    """Without an encoder: the matter one of whose lines is nearly this question."""
    asked = _pairs(question)
    scored = ((max(_alike(asked, _pairs(line)) for line in intent.paraphrases), intent) for intent in intents())
    closeness, intent = max(scored, key=lambda one: one[0])
    return list(intent.paraphrases) if closeness >= _ALIKE_MIN else []


def _pairs(text: str) -> set[str]:
    key = phrase_key(text)
    return {key[place : place + 2] for place in range(len(key) - 1)}


def _alike(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


_WRAPPING = re.compile(r"^(?:请问一下|请问|我想问|你们家的?|你们的?|咱们?家?|您们?)|(?:呢|啊|呀|吧)$")
_TURNS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"(?:怎么|如何|怎样)(.{2,10})"), ("想{0}怎么操作", "在哪里{0}", "{0}流程")),
    (re.compile(r"(.{2,8}?)(?:怎么办|怎么处理|怎么弄)"), ("{0}怎么解决", "{0}咋办", "{0}找谁")),
    (re.compile(r"(.{2,6}?)(?:怎么|如何)([^办处弄].{1,5})"), ("怎么{1}{0}", "{0}在哪里{1}", "想{1}{0}")),
    (re.compile(r"(?:可以|能|能不能|可不可以)(.{2,10}?)吗?"), ("能不能{0}", "可不可以{0}", "{0}行不行")),
    (re.compile(r"(.{1,8}?)(?:多久|多长时间|几天)(.{0,6})"), ("{0}要几天{1}", "{0}大概多长时间{1}")),
    (re.compile(r"(.{0,8}?)(?:多少钱|什么价格|怎么卖)"), ("{0}价格", "{0}怎么卖", "{0}贵不贵")),
    (re.compile(r"(.{1,8}?)(?:是什么|什么意思)"), ("什么是{0}", "{0}是啥")),
    (re.compile(r"有(?:没有)?(.{1,8}?)吗?"), ("有没有{0}", "{0}有吗")),
)
