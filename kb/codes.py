"""Article numbers, order numbers and the like: the same whatever their case, hyphens and width. Pure."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cs_platform.text import plain
from kb.groups import Floats
from kb.tries import pattern_of

_CODE = re.compile(r"(?<![0-9a-z])[0-9a-z]+(?:[-_/.·][0-9a-z]+)*(?![0-9a-z])")
_SEPARATORS = re.compile(r"[-_/.·\s]+")
_LETTER, _DIGIT = re.compile(r"[a-z]"), re.compile(r"\d")
_CHARACTERS_MAX, _PARTS_MAX = 64, 8  # nothing longer is a code, whatever somebody pastes
_CHARACTERS_MIN, _DIGITS_MIN = 3, 6  # a number without letters is a code when it is long
_QUANTITY = re.compile(
    r"\d+(?:\.\d+)?(?:ml|l|g|kg|mg|cm|mm|m|km|gb|tb|mb|g|k|mah|w|kw|v|hz|h|s|d|p|x|s|th|st|rmb|元|oz|lb|inch)?"
)
_PHONE = re.compile(r"(?:86)?1[3-9]\d{9}")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
# What a name in Chinese before the code adds: 温度TH01 is not 湿度TH01.
_NAME_BEFORE = re.compile(r"([\u4e00-\u9fff]{2})[-_/·\s]*$")
_NAME_CHARACTERS_MIN = 4
_NAME_REACH = 6
_OTHER_CODE = -0.5
_ORDER_SHARE = 2  # an order number means one thing only; an article may be asked about in many ways


@dataclass(frozen=True, slots=True)
class Article:
    """What a product is called: its number and its name."""

    sku: str
    name: str


class Coded(Protocol):
    """What is looked for in an entry: its phrasings in one spelling, the codes in them and in the answer."""

    @property
    def plain(self) -> tuple[str, ...]: ...

    @property
    def codes(self) -> tuple[str, ...]: ...

    @property
    def codes_told(self) -> tuple[str, ...]: ...


class Catalogue:
    """The shop's articles; a text that names one by either of its names means the same article."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self._by_name: dict[str, str] = {}
        self._by_sku: dict[str, str] = {}
        self.names = (self._by_name, self._by_sku)  # two catalogues with the same ones read every text the same
        for article in articles:
            key = f"={compact(article.sku)}"
            name = plain(article.name)
            if len(name) >= _NAME_CHARACTERS_MIN:
                self._by_name.setdefault(name, key)
            if len(compact(article.sku)) >= _CHARACTERS_MIN:
                self._by_sku.setdefault(compact(article.sku), key)
        self._names = pattern_of(self._by_name)
        self._skus = pattern_of(sku for sku in self._by_sku if not sku.isascii())

    def articles_in(self, text: str, codes: Iterable[str]) -> Iterator[str]:
        """The keys of the articles that a text names."""
        if not self._by_sku:
            return
        for match in self._names.finditer(text):
            yield self._by_name[match.group()]
        for match in self._skus.finditer(_SEPARATORS.sub("", text)):
            yield self._by_sku[match.group()]
        for code in codes:
            if code in self._by_sku:
                yield self._by_sku[code]


class CodeIndex:
    """Which entries have which codes, in what they ask and in what they answer."""

    def __init__(self, entries: Sequence[Coded], catalogue: Catalogue | None = None) -> None:
        self.size = len(entries)
        self._catalogue = catalogue = catalogue or Catalogue()
        places: dict[str, list[int]] = defaultdict(list)
        asked = []
        for place, entry in enumerate(entries):
            articles = catalogue.articles_in(" | ".join(entry.plain), (*entry.codes, *entry.codes_told))
            for key in dict.fromkeys((*entry.codes, *entry.codes_told, *articles)):
                places[key].append(place)
            if any(map(_names_article, entry.codes)):
                asked.append(place)
        self._places = {key: np.asarray(rows, dtype=np.int64) for key, rows in places.items()}
        self._asked = np.asarray(asked, dtype=np.int64)

    def keys_of(self, text: str) -> tuple[str, ...]:
        """The codes of a text and the articles that it names."""
        spelled = plain(text)
        codes = codes_of(spelled)
        return tuple(dict.fromkeys((*codes, *self._catalogue.articles_in(spelled, codes))))

    def known(self, keys: Iterable[str]) -> list[str]:
        """Those that some entry has."""
        return [key for key in keys if key in self._places]

    def scores(self, keys: Sequence[str]) -> Floats | None:
        """Per entry, the share of these codes that it has, rare ones first; below 0 for an entry about another article.

        None when the codes tell nothing, as for nearly every question.
        """
        known = self.known(keys)
        about_article = any(map(_names_article, keys)) and len(self._asked)
        if not known and not about_article:
            return None
        scores = np.zeros(self.size, dtype=np.float32)
        rarity = {key: math.log1p(self.size / len(self._places[key])) for key in known}
        for key in known:
            weight = 1 if _names_article(key) else _ORDER_SHARE
            scores[self._places[key]] += np.float32(weight * rarity[key] / sum(rarity.values()))
        if about_article:
            others = self._asked[scores[self._asked] == 0]
            scores[others] = np.float32(_OTHER_CODE)
        return scores


def compact(text: str) -> str:
    """A code without what people write between its parts: ABC-123/xl and abc 123 XL are abc123xl."""
    return _SEPARATORS.sub("", plain(text))


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of a text in compact spelling, each also with the Chinese name before it and in its first parts."""
    return codes_of(plain(text))


def codes_of(spelled: str) -> tuple[str, ...]:
    """The same for a text that is plain already."""
    if not _DIGIT.search(spelled):
        return ()
    spelled = _LINK.sub(" ", spelled)
    found: dict[str, None] = {}
    for match in _CODE.finditer(spelled):
        parts = _SEPARATORS.split(match.group()[:_CHARACTERS_MAX])[:_PARTS_MAX]
        for count in range(len(parts), 0, -1):
            code = "".join(parts[:count])
            if not _is_code(code, "".join(parts)):
                continue
            found[code] = None
            if count == len(parts) and (
                name := _NAME_BEFORE.search(spelled[max(0, match.start() - _NAME_REACH) : match.start()])
            ):
                found[name.group(1) + code] = None
    return tuple(found)


def _is_code(code: str, whole: str) -> bool:
    if _QUANTITY.fullmatch(whole) and len(_DIGIT.findall(whole)) < _DIGITS_MIN:
        return False
    if len(code) < _CHARACTERS_MIN or not _DIGIT.search(code) or _PHONE.fullmatch(code):
        return False
    return bool(_LETTER.search(code)) or len(code) >= _DIGITS_MIN


def _names_article(key: str) -> bool:
    """A code with letters and few digits, or an article: an order number says nothing about what is asked."""
    return key.startswith("=") or (bool(_LETTER.search(key)) and 0 < len(_DIGIT.findall(key)) < _DIGITS_MIN)
