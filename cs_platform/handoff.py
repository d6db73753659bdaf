"""The hand-to-human condition of knowledge: a small language that a manager writes and routing obeys. Pure.

Each line is a case, one that holds is enough; what stands in a line joined by “ + ” must hold together:

    always
    words: broken, allergy + amount over: 500
    level: vip + outside hours

Chinese is read as well (总是、包含：破损、过敏、订单金额超过 500、客户等级：VIP、问过 2 次、非服务时间、情绪负面、
并且). A line that is no condition is a note for the agents.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.chinese import simplified

Kind = Literal["always", "words", "amount", "level", "asked", "closed", "open", "negative"]

_PLAIN: dict[Kind, frozenset[str]] = {
    "always": frozenset({"always", "总是", "一律", "是", "yes", "true", "1", "转人工", "必须转人工", "直接转人工"}),
    "closed": frozenset({"outside hours", "closed", "非服务时间", "服务时间外", "下班时间", "非工作时间"}),
    "open": frozenset({"inside hours", "open", "服务时间内", "服务时间", "工作时间"}),
    "negative": frozenset({"negative", "upset", "情绪负面", "负面情绪", "客户不满", "客户生气", "情绪激动"}),
}
_NUMBER = r"[¥￥]?\s*([\d,]+(?:\.\d+)?)"
_WITH_VALUE: dict[Kind, re.Pattern[str]] = {
    "words": re.compile(r"(?:words?|contains|keywords?|包含|关键词|出现)\s*[:：]\s*(.+)", re.IGNORECASE),
    "level": re.compile(r"(?:customer level|level|客户等级|会员等级|等级)\s*(?:[:：]|是|为)\s*(.+)", re.IGNORECASE),
    "amount": re.compile(
        r"(?:(?:order )?amount|订单金额|金额)\s*(?:over|above|超过|大于|高于|[>＞:：])[\s:：]*"
        rf"{_NUMBER}\s*(?:元|块|yuan)?",
        re.IGNORECASE,
    ),
    "asked": re.compile(
        r"(?:asked|repeats|repeated|问过|问了|已问|重复问?|重复次数)\s*[:：]?\s*(\d+)\s*(?:times?|次|遍)?(?: already)?",
        re.IGNORECASE,
    ),
}
# Whoever writes one of these means a condition, so one that cannot be read is a mistake and no note.
_MEANT = re.compile(
    r"(?:words?|contains|keywords?|包含|关键词|出现|(?:customer )?level|客户等级|会员等级|等级"
    r"|(?:order )?amount(?: over)?|订单金额(?:超过)?|金额(?:超过)?|asked|repeats|问过|重复次数)\s*[:：<>＜＞=≥≤]",
    re.IGNORECASE,
)
_JOINS = re.compile(r"\s+[+＋&]\s*|\s*并且\s*")
_ENGLISH_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,，、;；|/]\s*")
_AMOUNT_MAX = Decimal(100_000_000)
_ASKED_MAX = 50


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the moment in which an entry would answer."""

    said: str = ""
    order_amount: Decimal | None = None  # of the latest order, in yuan
    customer_level: str = ""
    times_asked: int = 0  # how often this entry has answered in this matter before
    is_open: bool = True
    is_negative: bool = False


@dataclass(frozen=True, slots=True)
class Test:
    """One condition. `words` are those of “words” and “level”, `number` that of “amount” and “asked”."""

    kind: Kind
    words: tuple[str, ...] = ()
    number: Decimal = Decimal(0)

    def holds(self, known: Known) -> bool:
        match self.kind:
            case "always":
                return True
            case "words":
                said = simplified(known.said.lower())
                return any(word in said for word in self.words)
            case "level":
                return known.customer_level.lower() in self.words
            case "amount":
                return known.order_amount is not None and known.order_amount > self.number
            case "asked":
                return known.times_asked >= self.number
            case "closed":
                return not known.is_open
            case "open":
                return known.is_open
            case "negative":
                return known.is_negative

    @property
    def value(self) -> str:
        """What a person writes for it."""
        return ", ".join(self.words) if self.words else f"{self.number:f}" if self.kind in ("amount", "asked") else ""


Case = tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """Cases of which one must hold, and notes for agents."""

    cases: tuple[Case, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_executable(self) -> bool:
        return bool(self.cases)

    def holds(self, known: Known) -> bool:
        return any(all(test.holds(known) for test in case) for case in self.cases)

    def asks(self, kind: Kind) -> bool:
        """Whether this kind of fact plays a part, so that others need not be looked up."""
        return any(test.kind == kind for case in self.cases for test in case)


@lru_cache(maxsize=5_000)
def parse_handoff(text: str) -> Condition:
    """Read a condition. Never raises: a line that cannot be read is a note."""
    cases: list[Case] = []
    notes: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        case = _parse_line(line)
        cases += [case] if case else []
        notes += [] if case else [line]
    return Condition(tuple(cases), tuple(notes))


def check_handoff(text: str) -> None:
    """Raise `ValidationError` for what is meant as a condition and cannot be one."""
    problems = [problem for line in text.splitlines() if (problem := _problem_of(line.strip()))]
    if problems:
        raise ValidationError(problems)


def write_handoff(cases: Iterable[Case], notes: Iterable[str] = ()) -> str:
    """The text that `parse_handoff` reads."""
    return "\n".join([*(" + ".join(map(_write_test, case)) for case in cases), *notes])


def explain_handoff(condition: Condition) -> str:
    """When a person answers, as a sentence; empty without a condition."""
    if not condition.cases:
        return ""
    cases = [str(_(" and ")).join(map(_explain_test, case)) for case in condition.cases]
    return _("A person answers when %(cases)s.") % {"cases": str(_("; or ")).join(cases)}


def _parse_line(line: str) -> Case | None:
    for joins in (_JOINS, _ENGLISH_AND):
        tests = [_parse_test(part) for part in joins.split(line)]
        if len(tests) > 1 and all(tests):
            return tuple(test for test in tests if test)
    test = _parse_test(line)
    return (test,) if test else None


def _parse_test(text: str) -> Test | None:
    text = text.strip().rstrip("。.!！")
    for kind, names in _PLAIN.items():
        if text.lower() in names:
            return Test(kind)
    for kind, pattern in _WITH_VALUE.items():
        if match := pattern.fullmatch(text):
            return _with_value(kind, match.group(1))
    return None


def _with_value(kind: Kind, value: str) -> Test | None:
    if kind in ("words", "level"):
        words = tuple(simplified(word.strip().lower()) for word in _SEPARATORS.split(value) if word.strip())
        return Test(kind, words) if words else None
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        return None
    is_sane = number <= _AMOUNT_MAX if kind == "amount" else 1 <= number <= _ASKED_MAX
    return Test(kind, number=number) if is_sane else None


def _problem_of(line: str) -> str:
    parts = _JOINS.split(line)
    bad = [part for part in parts if not _parse_test(part)]
    is_half_read = len(bad) < len(parts)
    if bad := [part for part in bad if is_half_read or _MEANT.match(part)]:
        return _(
            "“%(text)s” cannot be read. Conditions are: always · words: a, b · amount over: 500 · level: vip · asked: 2"
            " · outside hours · inside hours · upset; join two of them with “ + ”."
        ) % {"text": bad[0][:60]}
    return ""


def _write_test(test: Test) -> str:
    heads = {"words": "words", "level": "level", "amount": "amount over", "asked": "asked"}
    plain = {"closed": "outside hours", "open": "inside hours", "negative": "upset", "always": "always"}
    return f"{heads[test.kind]}: {test.value}" if test.kind in heads else plain[test.kind]


def _explain_test(test: Test) -> str:
    names = {"words": _(" or ").join(f"“{word}”" for word in test.words), "number": test.value}
    match test.kind:
        case "always":
            return _("this is asked")
        case "words":
            return _("the customer writes %(words)s") % names
        case "level":
            return _("the customer's level is %(words)s") % names
        case "amount":
            return _("the latest order is over ¥%(number)s") % names
        case "asked":
            text = ngettext(
                "the customer has asked this %(number)s time already",
                "the customer has asked this %(number)s times already",
                int(test.number),
            )
            return text % names
        case "closed":
            return _("it is outside service hours")
        case "open":
            return _("it is within service hours")
        case "negative":
            return _("the customer is upset")
