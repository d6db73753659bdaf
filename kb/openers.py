"""Stock phrases that no answer begins with: a customer who asked something need not be asked what it is. Pure."""

import re
from collections.abc import Sequence

from cs_platform.text import phrase_key

SHIPPED = (
    "您好，请问有什么可以帮您",
    "您好，请问有什么可以帮到您",
    "请问有什么可以帮您",
    "很高兴为您服务",
    "欢迎光临",
    "感谢您的咨询",
    "感谢您的耐心等待",
    "作为一个AI",
    "作为一名AI",
    "作为人工智能",
    "根据知识库",
    "根据您的问题",
)
_CLAUSE_END = re.compile(r"[，,。！？!?：:\n~～]+\s*")
_GREETING = re.compile(r"^(?:亲亲?|您好|你好|哈喽|嗨)+")
_CLAUSES_MAX = 4
_TAIL_MAX = 3  # characters after the phrase that still say nothing: 的呢, 哦


def without_opener(text: str, banned: Sequence[str] = ()) -> str:
    """The text without the stock phrases that it begins with; nothing else is cut, and one that says no more stays."""
    keys = _keys(banned)
    rest = text
    while (end := _opener_end(rest, keys)) is not None:
        rest = rest[end:]
    return rest if phrase_key(rest) else text


def has_opener(text: str, banned: Sequence[str] = ()) -> bool:
    """Whether a text begins with a stock phrase, a greeting before it aside."""
    return _opener_end(text, _keys(banned)) is not None


def _opener_end(text: str, keys: Sequence[str]) -> int | None:
    """Where the clauses end that are a stock phrase and no more."""
    for match in list(_CLAUSE_END.finditer(text))[:_CLAUSES_MAX]:
        said = phrase_key(text[: match.end()])
        for form in (said, _GREETING.sub("", said)):
            if any(form.startswith(key) and len(form) - len(key) <= _TAIL_MAX for key in keys):
                return match.end()
    return None


def _keys(banned: Sequence[str]) -> list[str]:
    return [key for key in map(phrase_key, (*SHIPPED, *banned)) if key]
