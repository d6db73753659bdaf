"""Questions typed wrong: what sounds or looks like words that this shop uses becomes those words. Pure.

Only what nobody here has ever written is looked at: two characters that stand side by side in no phrasing and in no
shipped line, but sound like two that do.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import add

from kb.lexicon import everyday_texts, synonym_groups
from kb.sounds import sounds, syllable

_IDEOGRAPHS = re.compile(r"[\u4e00-\u9fa5]+")
_PAIR = re.compile(r"[\u4e00-\u9fa5]{2}")
_LATIN = re.compile(r"(?<![0-9a-z])[a-z]{4,20}(?![0-9a-z])")
_CHOICES_KEPT = 4
_SHIPPED = 3  # how much a pair of the shipped lines counts
_WORD = 4  # a pair found so often is a word, not an accident of two words side by side
# Everybody's little words: they are typed right, and whatever they stand beside proves nothing.
_ENDINGS = frozenset("了呢吗吧啊呀哦嘛啦")  # stand after anything, so standing there proves nothing either
_PARTICLES = frozenset("的地得了着过呢吗吧啊呀哦嘛么啦哪有又没在是和就都也要以已我你他她它这那不一个")


@dataclass(frozen=True, slots=True)
class Change:
    """One replacement. `kind`: sound, letters, pinyin, or shop for the shop's own dictionary."""

    wrong: str
    right: str
    kind: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A text as it was probably meant. `is_strange`: something in it is still written nowhere else."""

    text: str
    changes: tuple[Change, ...] = ()
    is_strange: bool = False


class Spelling:
    """What is written in this shop: pairs of characters with how often, and Latin words."""

    def __init__(self, texts: Iterable[str], words: Iterable[str] = ()) -> None:
        shipped = _shipped()
        written = "\n".join(texts)
        own = _pairs_in(written)
        for pair in _pairs_in("\n".join(words)):
            own[pair] += _WORD
        self._pairs = shipped.pairs.copy()
        self._own_by_sound: dict[str, list[str]] = defaultdict(list)
        for pair, count in own.items():
            self._pairs[pair] += count
            self._own_by_sound[sounds(pair)].append(pair)
        self._characters = shipped.characters.union("".join(own))
        latin = Counter(_LATIN.findall(written))
        self._own_near = _shortened(latin)
        latin.update(shipped.latin)
        self._latin = latin

    def correct(self, text: str, fixed: Collection[int] = ()) -> Corrected:
        """Replace what is probably misspelled; characters at `fixed` places stay."""
        parts: list[str] = []
        changes: list[Change] = []
        at, is_strange = 0, False
        for match in _IDEOGRAPHS.finditer(text):
            meant, strange = self._meant(match.group(), {place - match.start() for place in fixed})
            is_strange |= strange
            if meant != match.group():
                parts += [text[at : match.start()], meant]
                changes += _differences(match.group(), meant)
                at = match.end()
        return self._correct_letters(Corrected("".join((*parts, text[at:])), tuple(changes), is_strange), fixed)

    def _meant(self, run: str, fixed: Collection[int]) -> tuple[str, bool]:
        """A run of characters, those replaced that stand beside their neighbours in no text known."""
        known = [False, *(run[at : at + 2] in self._pairs for at in range(len(run) - 1)), False]
        free = [
            not (known[at] or known[at + 1]) and character not in _PARTICLES and at not in fixed
            for at, character in enumerate(run)
        ]
        if len(run) < 2 or not any(free):
            return run, False
        meant = self._voted(run, known, free)
        kept = [new if new == run[at] or self._fits(meant, at) else run[at] for at, new in enumerate(meant)]
        return "".join(kept), any(free[at] and kept[at] == run[at] for at in range(len(run)))

    def _voted(self, run: str, known: list[bool], free: list[bool]) -> list[str]:
        """Every unknown pair proposes the known one that sounds like it."""
        votes: list[Counter[str]] = [Counter() for _ in run]
        for at in range(len(run) - 1):
            if known[at + 1]:
                continue
            pair = run[at : at + 2]
            fitting = (
                one
                for one in self._sounding_like(pair)
                if all(
                    new == old or (free[at + place] and self._may_be_meant(old, new))
                    for place, (old, new) in enumerate(zip(pair, one, strict=True))
                )
            )
            if best := max(fitting, key=lambda one: self._rank(pair, one), default=""):
                votes[at][best[0]] += 1
                votes[at + 1][best[1]] += 1
        return [vote.most_common(1)[0][0] if vote else run[at] for at, vote in enumerate(votes)]

    def _sounding_like(self, pair: str) -> list[str]:
        """The pairs written here or shipped that sound the same, those found most often; the shop's own first."""
        sound = sounds(pair)
        own = self._own_by_sound.get(sound, [])
        known = own + [one for one in _shipped().by_sound.get(sound, ()) if one not in own]
        return sorted(known, key=lambda one: -self._pairs[one])[:_CHOICES_KEPT]

    def _may_be_meant(self, written: str, meant: str) -> bool:
        """Endings are never what was meant; a character that is used here may only sound exactly the same."""
        exact = syllable(written) == syllable(meant)
        return meant not in _ENDINGS and (exact or written not in self._characters)

    def _fits(self, meant: list[str], at: int) -> bool:
        """Whether a replaced character stands well between its neighbours: known on both sides, or a word with one."""
        before = self._pairs[meant[at - 1] + meant[at]] if at else None
        after = self._pairs[meant[at] + meant[at + 1]] if at < len(meant) - 1 else None
        return (before != 0 and after != 0) or max(before or 0, after or 0) >= _WORD

    def _rank(self, pair: str, other: str) -> tuple[int, int, int]:
        same = sum(one == two for one, two in zip(pair, other, strict=True))
        heard = sum(syllable(one) == syllable(two) for one, two in zip(pair, other, strict=True))
        return same, heard, self._pairs[other]

    def _correct_letters(self, corrected: Corrected, fixed: Collection[int]) -> Corrected:
        """Latin words with one letter too many, too few, wrong or swapped."""
        changes = list(corrected.changes)

        def replace(match: re.Match[str]) -> str:
            word = match.group()
            meant = word if match.start() in fixed else self._meant_latin(word)
            if meant != word:
                changes.append(Change(word, meant, "letters" if meant.isascii() else "pinyin"))
            return meant

        return Corrected(_LATIN.sub(replace, corrected.text), tuple(changes), corrected.is_strange)

    def _meant_latin(self, word: str) -> str:
        if word in self._latin:
            return word
        if word in _by_pinyin():
            return _by_pinyin()[word]
        shipped = _shipped().near
        shorts = (word, *_without_one(word))
        near = {other for found in (self._own_near, shipped) for short in shorts for other in found.get(short, ())}
        close = [other for other in near if _is_one_slip(word, other)]
        return max(close, key=lambda other: (self._latin[other], other), default=word)


@dataclass(frozen=True, slots=True)
class _Shipped:
    """What the shipped lines write: pairs, each as good as a word, and Latin words, with the ways to find them."""

    pairs: Counter[str]
    by_sound: Mapping[str, Sequence[str]]
    characters: frozenset[str]
    latin: frozenset[str]
    near: Mapping[str, Sequence[str]]


@cache
def _shipped() -> _Shipped:
    """Read once: every index of the process, old and new, starts from it."""
    text = "\n".join(everyday_texts())
    pairs = Counter(dict.fromkeys(_pairs_in(text), _SHIPPED))
    by_sound: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        by_sound[sounds(pair)].append(pair)
    latin = frozenset(_LATIN.findall(text))
    return _Shipped(pairs, dict(by_sound), frozenset("".join(pairs)), latin, _shortened(latin))


@cache
def _by_pinyin() -> dict[str, str]:
    """Words that shoppers use, by their pinyin: tuihuo is 退货."""
    words = (word for group in synonym_groups() for word in group if _IDEOGRAPHS.fullmatch(word) and len(word) > 1)
    found: dict[str, str] = {}
    for word in words:
        found.setdefault("".join(map(syllable, word)), word)
    return found


def _pairs_in(text: str) -> Counter[str]:
    counts = Counter(map(add, text, text[1:]))
    return Counter({pair: count for pair, count in counts.items() if _PAIR.fullmatch(pair)})


def _shortened(words: Iterable[str]) -> dict[str, list[str]]:
    """Every word under itself and under what is left of it without one letter."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for short in {word, *_without_one(word)}:
            found[short].append(word)
    return dict(found)


def _without_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_one_slip(word: str, other: str) -> bool:
    """One letter too many, too few or wrong, or two neighbours swapped."""
    if len(word) != len(other):
        shorter, longer = sorted((word, other), key=len)
        return shorter in _without_one(longer)
    places = [at for at in range(len(word)) if word[at] != other[at]]
    is_swap = len(places) == 2 and places[1] - places[0] == 1 and word[places[0]] == other[places[1]]
    return len(places) == 1 or (is_swap and word[places[1]] == other[places[0]])


def _differences(given: str, meant: str) -> Iterator[Change]:
    """The stretches in which two texts of one length differ, with the character before for the reader's sake."""
    at = 0
    while at < len(given):
        end = at
        while end < len(given) and given[end] != meant[end]:
            end += 1
        if end > at:
            yield Change(given[at:end], meant[at:end], "sound")
        at = end + 1
