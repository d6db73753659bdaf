"""The draft of an answer: of one real reply, word for word, the clauses that are meant for the question.

A clause is meant for it when its words come after this question more often than after others (`told`), or, where too
few replies were given to tell, when it means something close to the question. Without either there is no draft: a
reply that does not fit is worse than none.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cs_platform.text import phrase_key
from kb.mining.replies import DRAFT_SUBSTANCE_MIN, TELLING_CLAUSE, clauses_of, substance, tells
from kb.mining.told import Told

_READ_AT_MOST = 150  # replies per group: enough to see which one recurs
_CLOSENESS_ASKED = 6  # replies whose meaning is read where words do not decide
_CHARACTERS_MAX = 260
_SUPPORTED = 0.6
_ELSEWHERE, _ELSEWHERE_SHARE = 0.9, 0.6
_CLAUSE_ELSEWHERE, _CLAUSE_SHARE = 1.2, 0.3  # a sentence is cut only where it clearly turns to something else
_SURE = 1.5  # the lift from which a reply that was given once needs no other evidence
_CLOSE, _CLOSE_TO_THIS = 2.8, 1.5  # see `Closeness`
_THIS_QUESTION, _NEARLY_THIS_QUESTION = 0.8, 0.4
_FEW = 4.0  # replies: below it words alone do not decide
_LINK = re.compile(r"^(?:另外|还有|以及|同时|而且|然后|此外)[，,]?")
_EDGE = " ，,；;、～~"

# Half of a condition, or what follows from a clause that is gone.
_DEPENDS = re.compile(
    r"^(?:则|就|才|并且?|且|再|然后|届时|同时|那么?|否则|不然|所以|因此|但是?|而且|也)|^(?:由于|因为|鉴于)[^，,]*$|^(?:如果?|若|要是|当)[^，,可请就会将]*[，,.。]?$|[，,](?:如果|如您|若您)[^，,。]*$"
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


@dataclass(frozen=True, slots=True)
class _Judged:
    """A piece of a reply with its lift for the group, and its highest one for another."""

    text: str
    own: float
    rival: float

    def is_elsewhere(self, least: float, share: float) -> bool:
        """Whether it is rather told those who ask something else."""
        return self.rival >= least and self.own < share * self.rival


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
    if closeness is not None:
        ranked = _without_doubtful(ranked, texts, times, closeness)
    return Draft(texts[ranked[0]].text if ranked else "", tuple((texts[key].text, times[key]) for key in ranked))


def _without_doubtful(
    ranked: Sequence[str], texts: Mapping[str, _Kept], times: Mapping[str, int], closeness: Closeness
) -> list[str]:
    """Without leading ones that were given once, and to another wording, or with a small lift and far in meaning."""
    for place, key in enumerate(ranked):
        one = texts[key]
        is_near = one.reply.nearness >= _NEARLY_THIS_QUESTION
        if times[key] > 1 or (is_near and _is_sure(one, closeness)):
            return list(ranked[place:])
        if place == _CLOSENESS_ASKED:
            break
    return []


def _is_sure(kept: _Kept, closeness: Closeness) -> bool:
    return kept.support >= _SURE or max(closeness([kept.text])) >= _CLOSE_TO_THIS


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
            judged = [_Judged(clause, *told.support(clause, group, reply.weight)) for clause in sentence]
            kept = [one for one in judged if not one.is_elsewhere(_CLAUSE_ELSEWHERE, _CLAUSE_SHARE)]
            whole = _together(kept)
            is_meant = whole.own >= _SUPPORTED and not whole.is_elsewhere(_ELSEWHERE, _ELSEWHERE_SHARE)
            if is_meant and _stands_alone(whole.text):
                sentences.append(whole.text)
                weights.append((whole.own, len(whole.text)))
        lines.append(_joined(sentences))
    text = "\n".join(filter(None, lines))
    if not _may_be_draft(text):
        return None
    return _Kept(text, sum(own * length for own, length in weights) / sum(length for _own, length in weights), reply)


def _together(clauses: Sequence[_Judged]) -> _Judged:
    """Clauses as one text, each counting by its length."""
    length = max(sum(len(one.text) for one in clauses), 1)
    own, rival = (
        sum(len(one.text) * lift for one, lift in zip(clauses, lifts, strict=True)) / length
        for lifts in ([one.own for one in clauses], [one.rival for one in clauses])
    )
    return _Judged("".join(one.text for one in clauses), own, rival)


def _stands_alone(sentence: str) -> bool:
    """Whether it tells something without what stood beside it in the reply."""
    return tells(sentence) >= TELLING_CLAUSE and not _DEPENDS.search(sentence.strip(_EDGE))


def _close(replies: Sequence[Replied], closeness: Closeness) -> list[_Kept]:
    """Replies to nearly this question that mean something close to it, by their sentences that do."""
    found = []
    for reply in replies:
        least = _CLOSE_TO_THIS if reply.nearness >= _THIS_QUESTION and not reply.rivals else _CLOSE
        lines = [_close_sentences(line, least, closeness) for line in reply.text.split("\n")]
        text = "\n".join(filter(None, (_joined([sentence for sentence, _near in line]) for line in lines)))
        if _may_be_draft(text):
            near = [near for line in lines for _sentence, near in line]
            found.append(_Kept(text, sum(near) / len(near) / 2, reply))
    return found


def _close_sentences(line: str, least: float, closeness: Closeness) -> list[tuple[str, float]]:
    sentences = [sentence for sentence in map("".join, clauses_of(line)) if _stands_alone(sentence)]
    return [(text, near) for text, near in zip(sentences, closeness(sentences), strict=True) if near >= least]


def _joined(sentences: Sequence[str]) -> str:
    return _LINK.sub("", "".join(sentences)).strip(_EDGE)


def _may_be_draft(text: str) -> bool:
    return len(text) <= _CHARACTERS_MAX and bool(phrase_key(text)) and substance(text) >= DRAFT_SUBSTANCE_MIN
