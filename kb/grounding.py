"""Does a rephrased answer say what the stored one says, no more and no less? Pure, and strict: a doubt is a no.

Compared are the things that a shop is held to: numbers with their units, links, Latin words, quoted names, well-known
names, conditions and promises, items of a list, and how often something is negated. What is left is wording, and there
only a bounded share may be new.
"""

import re
import unicodedata
from collections.abc import Iterable

from kb.lexicon import held_terms, tone_characters

LENGTH_RATIO_MAX = 2.0
LENGTH_RATIO_MIN = 0.5
LENGTH_SLACK = 20
KEPT_SHARE_MIN = 0.7
NEW_SHARE_MAX = 0.25
NEW_RUN_MAX = 2

_LINK = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LATIN = re.compile(r"[a-z][a-z0-9]*(?:[-+][a-z0-9]+)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNIT = (
    r"天|日|周|星期|个月|月|年|个?小时|分钟|工作日|张|件|只|元|块|折|倍"
    r"|公斤|斤|千克|克|厘米|米|毫升|升|瓦|期|档|层|%|℃|度"
)
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s*(?:个)?({_UNIT})")
_CHINESE_NUMBER = re.compile(rf"([零一二两三四五六七八九十百千万半]+)(?=\s*(?:个)?(?:{_UNIT}))")
_QUOTED = re.compile(r"[“「『《【\"]([^”」』》】\"]{1,40})[”」』》】\"]")
_NEGATION = re.compile(r"[不没无未勿非莫]|别(?![的人处])|禁止|拒绝")
_NO_NEGATION = re.compile(
    r"不好意思|不客气|没问题|没关系|没事|别担心|不用担心|不要担心|别着急|不要着急|不错|不过|不论|无论|不管|不仅|不但|不只"
    r"|非常|分别|特别|区别|未来|非凡|无忧|无理由"
)
_LIST = re.compile(r"[\u4e00-\u9fff]{2,}(?:、[\u4e00-\u9fff]{2,}){1,}")
_PAIR = re.compile(r"([\u4e00-\u9fff]{2})(?:或者?|和|及|以及|与)([\u4e00-\u9fff]{2})")
_PERSON = re.compile(r"[\u4e00-\u9fff](?:经理|店长|主管|主任|先生|女士|小姐|老师|总监)")
_PAYER = re.compile(
    r"(?:(我们|本店|小店|店家|商家|卖家)|(?:买家|客户|顾客|您|你|亲))(?=[\u4e00-\u9fff]{0,3}?(?:承担|支付|付|出))"
)
_CJK = re.compile(r"[\u4e00-\u9fff]")

_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def is_grounded(stored: str, told: str, names: Iterable[str] = ()) -> bool:
    """Whether `told` may go out instead of `stored`. `names` are those of the shop's products."""
    one, other = plain_text(stored), plain_text(told)
    if not other or not _has_similar_length(one, other):
        return False
    facts = (_links, _latin, _numbers, _amounts, _persons, payers_in, _negations, _terms)
    if any(fact(one) != fact(other) for fact in facts):
        return False
    if any((name in one) != (name in other) for name in map(plain_text, names)):
        return False
    return _keeps_names(one, other) and _keeps_wording(one, other)


def plain_text(text: str) -> str:
    """One spelling of width, case and numbers."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return _CHINESE_NUMBER.sub(lambda match: _as_digits(match[1]), folded)


def _as_digits(text: str) -> str:
    if text == "半":
        return "0.5"
    if "半" in text:
        return text
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * _TENS[char]
            digit = 0
    return str(total + digit)


def _has_similar_length(one: str, other: str) -> bool:
    shortest, longest = len(one) * LENGTH_RATIO_MIN, len(one) * LENGTH_RATIO_MAX + LENGTH_SLACK
    return shortest <= len(other) <= longest


def _links(text: str) -> set[str]:
    return {match.rstrip(".,;") for match in _LINK.findall(text)}


def _latin(text: str) -> set[str]:
    return set(_LATIN.findall(_LINK.sub(" ", text)))


def _numbers(text: str) -> list[str]:
    """In their order: 满 59 收 8 is not 满 8 收 59."""
    return _NUMBER.findall(_LINK.sub(" ", text))


def _amounts(text: str) -> set[tuple[str, str]]:
    return {(number, unit.removeprefix("个")) for number, unit in _AMOUNT.findall(text)}


def _persons(text: str) -> set[str]:
    return set(_PERSON.findall(text))


def payers_in(text: str) -> list[str]:
    """Who pays, in order: the shop or the customer."""
    return ["shop" if shop else "customer" for shop in _PAYER.findall(text)]


def _terms(text: str) -> list[str]:
    """The words that a shop is held to, in the order in which they first come up."""
    found = ((text.find(term), term) for term in held_terms())
    return [term for place, term in sorted(found) if place >= 0]


def _negations(text: str) -> int:
    """How often something is denied. One more or one less, and the answer says the opposite."""
    return len(_NEGATION.findall(_NO_NEGATION.sub("", text)))


def _keeps_names(one: str, other: str) -> bool:
    """Quoted names on both sides, items of lists, and both halves of “this or that”."""
    quoted = [name.strip() for name in _QUOTED.findall(one)]
    if any(name not in other for name in quoted):
        return False
    if any(name.strip() not in one for name in _QUOTED.findall(other)):
        return False
    items = [item for found in _LIST.findall(one) for item in _items(found)]
    pairs = [half for pair in _PAIR.findall(one) for half in pair]
    return all(item in other for item in (*items, *pairs))


def _items(found: str) -> list[str]:
    """Where the first item begins and the last one ends nobody knows: two characters of each must do."""
    first, *middle, last = found.split("、")
    return [first[-2:], *middle, last[:2]]


def _keeps_wording(one: str, other: str) -> bool:
    """Most of the stored characters are there, and few new ones that make no tone."""
    stored, told = _CJK.findall(one), _CJK.findall(other)
    if not stored or not told:
        return one == other
    facts = set(stored) - tone_characters()
    kept = len(facts & set(told)) / max(1, len(facts))
    new = [char not in tone_characters() and char not in facts for char in told]
    return kept >= KEPT_SHARE_MIN and sum(new) / len(told) <= NEW_SHARE_MAX and _longest_run(new) <= NEW_RUN_MAX


def _longest_run(flags: Iterable[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest
