"""The words of outlines: what begins a line, what a condition compares with."""

import re
from collections.abc import Sequence

from django.conf import settings
from django.utils import translation

from kb.flow_actions import Text, known_facts
from kb.flow_tree import Kind, Operator

HEADS = {
    "流程": "name",
    "流程名称": "name",
    "name": "name",
    "触发": "phrasings",
    "触发问法": "phrasings",
    "phrasings": "phrasings",
    "说明": "description",
    "description": "description",
    "意图": "intent",
    "intent": "intent",
}
KIND_NAMES: dict[Kind, str] = {
    "say": "告知",
    "ask": "询问",
    "choose": "选择",
    "condition": "判断",
    "action": "操作",
    "hand_over": "转人工",
    "end": "结束",
}
KIND_WORDS: dict[str, str] = {
    **{name: kind for kind, name in KIND_NAMES.items()},
    **dict.fromkeys(("说", "回复", "say"), "say"),
    **dict.fromkeys(("问", "提问", "ask"), "ask"),
    **dict.fromkeys(("选", "让客户选", "choose"), "choose"),
    **dict.fromkeys(("条件", "condition"), "condition"),
    **dict.fromkeys(("动作", "执行", "action"), "action"),
    **dict.fromkeys(("人工", "hand over", "hand_over"), "hand_over"),
    **dict.fromkeys(("完成", "结束语", "end"), "end"),
}
EXPECTED_NAMES = {"text": "文字", "number": "数字", "order": "订单", "phone_ending": "手机尾号", "photo": "照片"}
EXPECTED_WORDS = {**{name: kind for kind, name in EXPECTED_NAMES.items()}, **{kind: kind for kind in EXPECTED_NAMES}}
OPERATOR_NAMES: dict[Operator, str] = {
    "at_most": "不超过",
    "at_least": "至少",
    "is_not": "不是",
    "is": "是",
    "contains": "包含",
    "known": "已知",
}
_OPERATOR_WORDS: tuple[tuple[str, Operator], ...] = (
    *((word, "at_most") for word in ("不超过", "至多", "最多", "小于等于", "≤", "<=")),
    *((word, "at_least") for word in ("至少", "不少于", "超过等于", "大于等于", "≥", ">=")),
    *((word, "is_not") for word in ("不是", "不等于", "≠", "!=")),
    *((word, "contains") for word in ("包含", "含有")),
    *((word, "known") for word in ("已知", "已提供")),
    *((word, "is") for word in ("等于", "是", "为", "＝", "=")),
)
ARROWS = ("→", "->", "－>", "➔", "=>", "转到", "跳到")
YES = {"是", "对", "符合", "yes"}
NO = {"否", "不是", "不符合", "其他", "否则", "no"}
ELSE = {"其他", "其他情况", "否则", "否", "otherwise", "else"}
OPTIONAL = {"可跳过", "可不填", "选填", "optional"}


def in_outline(label: Text) -> str:
    """A label as outlines have it: in the shop's language, whatever the reader's."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(label)


def spellings(label: Text) -> set[str]:
    """What a label may be written as: in the shop's language, or in the reader's."""
    return {in_outline(label), str(label)}


def read_test(text: str, variables: Sequence[str]) -> tuple[str, str, str]:
    """The fact, comparison and value of “签收天数 不超过 7”; the last two are empty when only a fact is named.

    The fact comes back as its name, a value that has a choice as that choice.
    """
    name, rest = _read_fact(text.strip(), variables)
    for word, operator in _OPERATOR_WORDS:
        if rest.startswith(word):
            return name, operator, _read_value(name, rest[len(word) :].strip())
    return name, "", ""


def _read_fact(text: str, variables: Sequence[str]) -> tuple[str, str]:
    """The longest name at the beginning of a text, and what follows it."""
    names = {label: fact.name for fact in known_facts().values() for label in spellings(fact.label)}
    names |= {name: name for name in (*known_facts(), *variables)}
    for label in sorted(names, key=len, reverse=True):
        if text.startswith(label):
            return names[label], text[len(label) :].strip()
    match = re.match(r"(\S+)\s*(.*)", text)
    return (match[1], match[2]) if match else ("", "")


def _read_value(name: str, value: str) -> str:
    fact = known_facts().get(name)
    choices = fact.choices if fact else ()
    found = next((key for key, label in choices if value in {key, *spellings(label)}), None)
    if found is None and fact is not None and fact.kind == "number":
        number = re.match(r"\d+(?:\.\d+)?", value)
        return number[0] if number else value
    return found or value
