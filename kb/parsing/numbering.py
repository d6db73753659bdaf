"""The numbers before headings, list items and questions: “第一章”, “一、”, “（二）”, “1.2”, “3)”. Pure."""

import re

STRONG, WEAK = "strong", "weak"
_DIGITS = "[0-9０-９]{1,3}"
_CHINESE = "[一二三四五六七八九十百零〇]{1,5}"
# Each numbering with its rank and whether it means a heading also in a document that has marked ones.
NUMBERINGS = (
    (re.compile(rf"第\s*(?:{_DIGITS}|{_CHINESE})\s*[章编篇部](?:分)?[\s、.．:：]*"), 1, STRONG),
    (re.compile(rf"第\s*(?:{_DIGITS}|{_CHINESE})\s*节[\s、.．:：]*"), 2, STRONG),
    (re.compile(rf"{_CHINESE}\s*[、.．]\s*"), 3, STRONG),
    (re.compile(rf"[(（]\s*{_CHINESE}\s*[)）]\s*"), 4, STRONG),
    (re.compile(rf"第\s*(?:{_DIGITS}|{_CHINESE})\s*条[\s、.．:：]*"), 5, WEAK),
    (re.compile(rf"{_DIGITS}(?:[.．]{_DIGITS}){{2,3}}[\s、.．]*(?![0-9%％])"), 7, STRONG),
    (re.compile(rf"{_DIGITS}[.．]{_DIGITS}[\s、.．]+(?![0-9%％])"), 6, STRONG),
    (re.compile(rf"{_DIGITS}\s*[、.．)）]\s*(?![0-9])"), 5, WEAK),
    (re.compile(rf"[(（]\s*{_DIGITS}\s*[)）]\s*"), 8, WEAK),
)


def strip_numbering(text: str) -> str:
    """The heading without “第一章”, “一、”, “1.2” before it; the whole of one that is nothing else."""
    for pattern, _rank, _kind in NUMBERINGS:
        if match := pattern.match(text):
            return text[match.end() :].strip() or text
    return text


def is_numbered(text: str) -> bool:
    """Whether it begins with a number of any kind."""
    return any(pattern.match(text) for pattern, _rank, _kind in NUMBERINGS)
