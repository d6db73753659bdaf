"""Do two answers to one question say different things? Compared are figures, who pays, and yes or no. Pure.

A doubt is worth a look, not a refusal: what is found here is shown to a person, both answers beside each other.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.grounding import payers_in, plain_text

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:个)?(工作日|天|月|小时|分钟|周|星期|年|元|块|%|折|倍|次)")
_DATE = re.compile(r"\d{4}年|\d{1,2}月\d{1,2}[日号]|\d{1,2}月底?(?=[^\d个])")
_UNITS = {"块": "元", "星期": "周"}
_DENIED = r"(?:不再|不予|不|无法|没有|没|暂无|无|未)"
_ABLE = re.compile(rf"({_DENIED})?(可以|能够|能|支持|提供|接受|允许|包含|免费|包邮|需要|收取|是正品|是的)")
_SAME_AS = dict.fromkeys(("可以", "能够", "能", "支持", "提供", "接受", "允许", "是的"), "able")
_LEAD_CHARACTERS = 40
_SENTENCE = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True)
class Difference:
    """What two answers say differently, and each one's version of it; `in_words` names what is no word."""

    about: str
    one: str
    other: str

    def as_json(self) -> dict[str, str]:
        return {"about": self.about, "one": self.one, "other": self.other}

    def as_words(self) -> dict[str, str]:
        """The same as a person reads it."""
        return {name: in_words(text) for name, text in self.as_json().items()}


def in_words(code: str) -> str:
    """What a difference is about, or what one side says, as a person reads it."""
    names = {
        "payer": _("who pays"),
        "shop": _("the shop"),
        "customer": _("the customer"),
        "able": _("whether it can be done"),
        "yes": _("yes"),
        "no": _("no"),
    }
    return names.get(code, code)


def differences_between(one: str, other: str) -> list[Difference]:
    """The facts on which two answers to the same question do not agree."""
    first, second = plain_text(one), plain_text(other)
    return [*_figures(first, second), *_who_pays(first, second), *_yes_or_no(first, second)]


def _figures(one: str, other: str) -> list[Difference]:
    """Of a unit that both name, each has figures that the other has not."""
    mine, theirs = _amounts(one), _amounts(other)
    return [
        Difference(unit, _listed(mine[unit], unit), _listed(theirs[unit], unit))
        for unit in sorted(mine.keys() & theirs.keys())
        if mine[unit] - theirs[unit] and theirs[unit] - mine[unit]
    ]


def _amounts(text: str) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for number, unit in _AMOUNT.findall(_DATE.sub(" ", text)):
        found[_UNITS.get(unit, unit)].add(number)
    return found


def _listed(numbers: set[str], unit: str) -> str:
    return "、".join(f"{number} {unit}" for number in sorted(numbers, key=float))


def _who_pays(one: str, other: str) -> list[Difference]:
    mine, theirs = set(payers_in(one)), set(payers_in(other))
    if not mine or not theirs or mine & theirs:
        return []
    return [Difference("payer", min(mine), min(theirs))]


def _yes_or_no(one: str, other: str) -> list[Difference]:
    """What the first sentence grants in one answer, it denies in the other."""
    mine, theirs = _granted(one), _granted(other)
    return [
        Difference(verb, "yes" if mine[verb] else "no", "yes" if theirs[verb] else "no")
        for verb in sorted(mine.keys() & theirs.keys())
        if mine[verb] != theirs[verb]
    ]


def _granted(text: str) -> dict[str, bool]:
    """The verbs of the first sentence, each as it comes up first: granted or denied."""
    lead = next((part for part in _SENTENCE.split(text) if _ABLE.search(part)), "")[:_LEAD_CHARACTERS]
    found: dict[str, bool] = {}
    for denied, verb in _ABLE.findall(lead):
        found.setdefault(_SAME_AS.get(verb, verb), not denied)
    return found
