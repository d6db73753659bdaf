"""Fits the space and the belief; every shop is judged with what was learned from the others alone."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cs_platform.ai.encoder import Encoder
from kb.belief import Belief, Evidence
from kb.examples import Examples
from kb.fitted import Fitted
from kb.fitting.belief_fit import fit_belief
from kb.fitting.cases import Case
from kb.fitting.gather import Gathered, Matter, gather, grown
from kb.fitting.space_fit import Lines, fit_space
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.lacking import Commonness
from kb.lexicon import off_topic
from kb.lexicon.intents import bank_lines, intents
from kb.lexicon.shops import Shop
from kb.scoring import ASIDE_WEIGHT, CODE_WEIGHT, NAT
from kb.space import Space
from kb.vocabulary import shipped

Say = Callable[[str], None]

FOLDS = 4
_BANK_PARTS = 4  # the bank is told apart within parts: some of its matters lie close to each other
_FAR_PER_SHOP = 40
# How often each kind of question counts, so that together they are what a shop is asked.
_WEIGHT_ANSWERED, _WEIGHT_UNKNOWN, _WEIGHT_FAR = 1.0, 0.4, 0.5


@dataclass(frozen=True, slots=True)
class ExampleRows:
    """What `Examples` is made of."""

    lines: Floats
    sizes: list[int]
    centres: Floats

    def examples(self) -> Examples:
        return Examples(self.lines, self.sizes, self.centres)


@dataclass(frozen=True, slots=True)
class Judged:
    """One question and what would be thought of it by somebody who never saw its shop."""

    shop: str
    case: Case
    confidence: float
    is_right: bool
    is_among_three: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What ships, and what each question of every shop came to."""

    space: Space
    rows: ExampleRows
    belief: Belief
    commonness: Commonness
    judged: list[Judged]


def fit_all(shops: Sequence[Shop], encoder: Encoder, say: Say) -> Result:
    """Everything that is fitted. Takes minutes."""
    gathered = {}
    for number, shop in enumerate(shops, 1):
        gathered[shop.name] = (gather(shop), gather(grown(shop)))
        say(f"{number}/{len(shops)} {shop.name}")
    bank = _bank(encoder)
    cases: dict[str, list[Case]] = {}
    folds = [list(gathered)[start::FOLDS] for start in range(FOLDS)]
    for number, fold in enumerate(folds, 1):
        others = [young for name, (young, _old) in gathered.items() if name not in fold]
        space = fit_space([*(other.lines() for other in others), *_bank_blocks(bank)])
        commonness = _commonness(others)
        for name in fold:
            rows = example_rows(space, bank, [one for other, (one, _old) in gathered.items() if other != name])
            for one in gathered[name]:
                fitted = Fitted(space, rows.examples(), _NO_BELIEF, commonness)
                cases.setdefault(name, []).extend(_cases(one, fitted, encoder))
        say(f"fold {number}/{FOLDS}")
    judged = [one for fold in folds for one in _judge(cases, fold)]
    everybody = [young for young, _old in gathered.values()]
    space = fit_space([*(young.lines() for young in everybody), *_bank_blocks(bank)])
    belief = fit_belief([case for known in cases.values() for case in known])
    return Result(space, example_rows(space, bank, everybody), belief, _commonness(everybody), judged)


def example_rows(space: Space, bank: list[Matter], shops: Sequence[Gathered]) -> ExampleRows:
    """The lines and centres of the bank's matters and of every entry of these shops."""
    matters = [*bank, *(matter for shop in shops for matter in shop.matters())]
    lines = [space.of(matter.asked) for matter in matters]
    centres = [
        rows.mean(axis=0) + (space.of(matter.told).mean(axis=0) if len(matter.told) else 0)
        for rows, matter in zip(lines, matters, strict=True)
    ]
    stacked = np.stack(centres)
    return ExampleRows(
        np.concatenate(lines),
        [len(rows) for rows in lines],
        np.asarray(stacked / np.linalg.norm(stacked, axis=1, keepdims=True), dtype=np.float32),
    )


def _commonness(shops: Sequence[Gathered]) -> Commonness:
    """How common terms are in the bank and in what customers of these shops ask."""
    asked = [*bank_lines(), *(line for shop in shops for line in shop.asked())]
    return Commonness.of([shipped().canonical(line) for line in asked])


_NO_BELIEF = Belief({}, {}, 0.0)  # evidence alone is asked for


def _bank(encoder: Encoder) -> list[Matter]:
    vectors = encoder.encode(list(bank_lines()))
    ends = np.cumsum([len(intent.paraphrases) for intent in intents()])[:-1]
    return [Matter(rows, np.zeros((0, vectors.shape[1]), dtype=np.float32)) for rows in np.split(vectors, ends)]


def _bank_blocks(bank: Sequence[Matter]) -> Iterator[Lines]:
    for part in range(_BANK_PARTS):
        matters = bank[part::_BANK_PARTS]
        numbers = np.repeat(np.arange(len(matters)), [len(matter.asked) for matter in matters])
        yield Lines(np.concatenate([matter.asked for matter in matters]), numbers.astype(np.int64))


def _cases(shop: Gathered, fitted: Fitted, encoder: Encoder) -> Iterator[Case]:
    """Every question of a shop, and some that no shop answers."""
    index = shop.index.with_fitted(fitted)
    nobody = np.zeros(len(index.entries), dtype=bool)
    for text, vector, right in zip(shop.questions, shop.vectors, shop.answered_by, strict=True):
        evidence, code = index.evidence_for_all(text, vector)
        yield _case(evidence, code, right, _WEIGHT_ANSWERED if right.any() else _WEIGHT_UNKNOWN)
    for text in random.Random(shop.name).sample(off_topic(), _FAR_PER_SHOP):
        evidence, code = index.evidence_for_all(text, encoder.encode_question(text))
        yield _case(_unlisted(evidence, index, encoder.encode_question(text)), code, nobody, _WEIGHT_FAR)


def _case(evidence: Evidence, code: Floats, is_right: "np.ndarray", weight: float) -> Case:
    """Codes are rare in the shops, and other talk has to stay out whatever was learned: both are added as they are."""
    known = (CODE_WEIGHT * code - ASIDE_WEIGHT * evidence.aside) / NAT
    return Case(evidence, is_right, weight, np.asarray(known, dtype=np.float32))


def _unlisted(evidence: Evidence, index: KnowledgeIndex, vector: Floats) -> Evidence:
    """A line of the list of other talk as if it did not stand there: compared with the others on that list."""
    if index.bridge is None:
        return evidence
    further = index.bridge.bank.off_topic(vector) - index.bridge.bank.off_topic(vector, without=1)
    return replace(evidence, about_shopping=evidence.about_shopping + further, aside=max(0.0, evidence.aside - further))


def _judge(cases: dict[str, list[Case]], fold: Sequence[str]) -> Iterator[Judged]:
    belief = fit_belief([case for name, known in cases.items() if name not in fold for case in known])
    for name in fold:
        for case in cases[name]:
            odds = np.exp(sum(belief.parts(case.evidence).values()) + case.known)
            best = np.argsort(-odds)[:3]
            yield Judged(
                name,
                case,
                float(odds[best[0]] / (1 + odds.sum())),
                bool(case.is_right[best[0]]),
                bool(case.is_right[best].any()),
            )
