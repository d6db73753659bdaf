"""The draft of an answer: of one real reply, word for word, the clauses that are meant for the question.

A clause is meant for it when its words come after this question more often than after others (`told`), or, where too
few replies were given to tell, when it means something close to the question. Without either there is no draft: a
reply that does not fit is worse than none.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cs_platform.text import phrase_key
from kb.mining.replies import DRAFT_SUBSTANCE_MIN, TELLING_CLAUSE, clauses_of, substance, tells
from kb.mining.told import Told

_READ_AT_MOST = 150  # replies per group: enough to see which one recurs
_CLOSENESS_ASKED = 6  # replies whose meaning is read where words do not decide
_CHARACTERS_MAX = 260
_SUPPORTED = 0.6
_ELSEWHERE, _ELSEWHERE_SHARE = 0.9, 0.6
_CLOSE, _CLOSE_TO_THIS = 1.8, 0.9  # see `Closeness`
_THIS_QUESTION, _NEARLY_THIS_QUESTION = 0.8, 0.4
_FEW = 4.0  # replies: below it words alone do not decide
_LINK = re.compile(r"^(?:另外|还有|以及|同时|而且|然后|此外)[，,]?")
_EDGE = " ，,；;、～~"

# Half of a condition, or what follows from a clause that is gone.
_DEPENDS = re.compile(
    r"^(?:则|就|才|并且?|且|再|然后|届时|同时|那么?|否则|不然|所以|因此|但是?|而且|也)|^(?:如果?|若|要是|当)[^，,可请就会将]*[，,.。]?$|[，,](?:如果|如您|若您)[^，,。]*$"
)
# In standard deviations above what a text has in common with any question.
Closeness = Callable[[Sequence[str]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Replied:
    """All that an agent said to one question, a line per message; `rivals` as in `asked`.

    `nearness` is that of the question as it was asked to the name of its group, 0 to 1.
    """

    text: str
    rivals: int = 0
    nearness: float = 1.0

    @property
    def weight(self) -> float:
        """What part of it was meant for this question."""
        return 1 / (1 + self.rivals)

    @property
    def fit(self) -> float:
        """How surely it is meant for what the group is named after."""
        return self.nearness + 0.5 * self.weight


@dataclass(frozen=True, slots=True)
class Draft:
    """`text` is empty when no reply is supported; `told` are the wordings that are, with how often each was given."""

    text: str
    told: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    text: str
    support: float
    reply: Replied


def nearness(one: str, other: str) -> float:
    """The share of characters that two questions have in common, 0 to 1 in tenths: equal replies are counted by it."""
    left, right = set(phrase_key(one)), set(phrase_key(other))
    return round(2 * len(left & right) / max(len(left) + len(right), 1), 1)


def choose_draft(group: int, replies: Sequence[Replied], told: Told, closeness: Closeness | None) -> Draft:
    """The supported part of the reply that most agents gave in these or nearly these words."""
    distinct = Counter(replies)
    weighed = sorted(distinct, key=lambda one: (one.rivals, -one.nearness, -distinct[one], one.text))
    is_known_well = told.given_to(group) >= _FEW
    if not is_known_well:
        weighed = [one for one in weighed if one.nearness >= _NEARLY_THIS_QUESTION]
    kept = [
        (one, distinct[reply])
        for reply in weighed[:_READ_AT_MOST]
        if (one := _supported(reply, group, told)) is not None
    ]
    if not kept and closeness is not None:
        kept = [(one, 1) for one in _close(weighed[:_CLOSENESS_ASKED], closeness)]
    times: Counter[str] = Counter()
    texts: dict[str, _Kept] = {}
    for one, number in kept:
        key = phrase_key(one.text)
        times[key] += number
        if key not in texts or one.reply.fit > texts[key].reply.fit:
            texts[key] = one
    ranked = sorted(texts, key=lambda key: (-_worth(texts[key], times[key]), key))
    return Draft(texts[ranked[0]].text if ranked else "", tuple((texts[key].text, times[key]) for key in ranked))


def _worth(kept: _Kept, times: int) -> float:
    """Meant for the question, telling, said often, and to nearly this question when nothing else had been asked."""
    often = min(times, 8) / 8
    return min(kept.support, 2.0) + 1.2 * substance(kept.text) + 0.8 * often + kept.reply.fit


def _supported(reply: Replied, group: int, told: Told) -> _Kept | None:
    """What of it is meant for this group; None when nothing is, or when that tells nothing."""
    lines: list[str] = []
    weights: list[tuple[float, int]] = []
    for line in reply.text.split("\n"):
        sentences = []
        for sentence in clauses_of(line):
            judged = [(clause, *told.support(clause, group, reply.weight)) for clause in sentence]
            own = [(clause, own) for clause, own, rival in judged if not _is_elsewhere(own, rival)]
            if _mean(own) >= _SUPPORTED and _stands_alone("".join(clause for clause, _own in own)):
                sentences.append("".join(clause for clause, _own in own))
                weights += [(mean, len(clause)) for clause, mean in own]
        lines.append(_joined(sentences))
    text = "\n".join(filter(None, lines))
    if not _may_be_draft(text):
        return None
    return _Kept(text, sum(own * length for own, length in weights) / sum(length for _own, length in weights), reply)


def _is_elsewhere(own: float, rival: float) -> bool:
    """Whether a clause is rather told those who ask something else."""
    return rival >= _ELSEWHERE and own < _ELSEWHERE_SHARE * rival


def _mean(clauses: Sequence[tuple[str, float]]) -> float:
    length = sum(len(clause) for clause, _own in clauses)
    return sum(len(clause) * own for clause, own in clauses) / length if length else 0.0


def _stands_alone(sentence: str) -> bool:
    """Whether it tells something without what stood beside it in the reply."""
    return tells(sentence) >= TELLING_CLAUSE and not _DEPENDS.search(sentence.strip(_EDGE))


def _close(replies: Sequence[Replied], closeness: Closeness) -> list[_Kept]:
    """Replies to nearly this question that mean something close to it, by their sentences that do."""
    found = []
    for reply in replies:
        sentences = ["".join(clauses) for line in reply.text.split("\n") for clauses in clauses_of(line)]
        telling = [sentence for sentence in sentences if _stands_alone(sentence)]
        if reply.nearness < _NEARLY_THIS_QUESTION:
            continue
        least = _CLOSE_TO_THIS if reply.nearness >= _THIS_QUESTION and not reply.rivals else _CLOSE
        close = [(text, near) for text, near in zip(telling, closeness(telling), strict=True) if near >= least]
        text = _joined([text for text, _near in close])
        if _may_be_draft(text):
            found.append(_Kept(text, sum(near for _text, near in close) / len(close) / 2, reply))
    return found


def _joined(sentences: Sequence[str]) -> str:
    return _LINK.sub("", "".join(sentences)).strip(_EDGE)


def _may_be_draft(text: str) -> bool:
    return len(text) <= _CHARACTERS_MAX and bool(phrase_key(text)) and substance(text) >= DRAFT_SUBSTANCE_MIN
