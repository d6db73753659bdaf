"""Personal data out of conversations before anything of them is kept.

Stricter than where a person looks at one question: thousands of lines pass here that nobody reads first. So a long
number goes whatever it is, a public hotline too; whoever reviews a draft puts the shop's own one back.
"""

import re

from cs_platform.masking import hide_personal

_RULES = (
    (re.compile(r"(?<!\d)[48]00[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"), "[电话]"),
    (re.compile(r"(?<!\d)(?:0\d{2,3}|\(0\d{2,3}\))[ -]?\d{7,8}(?:[ -]\d{1,5})?(?!\d)"), "[电话]"),
    (re.compile(r"@[\w·-]{1,30}"), "[账号]"),
    # A parcel, an order, a member: letters and digits in one word with six digits or more.
    (re.compile(r"(?<![A-Za-z\d])(?=[A-Za-z\d-]*\d{6})[A-Za-z\d-]+(?![A-Za-z\d])"), "[号码]"),
    (re.compile(r"(?<!\d)\d{2,4}(?:[ -]\d{2,4}){2,}(?!\d)"), "[号码]"),
    (
        re.compile(
            r"[\u4e00-\u9fff]{2,6}(?:路|街|大道|巷|弄)\d{1,5}号(?!楼)(?:[\u4e00-\u9fff\d]{0,12}?(?:栋|幢|单元|室|楼|座))*\d{0,5}(?:室|房)?"
        ),
        "[地址]",
    ),
    (re.compile(r"(?<![\dA-Za-z])\d{1,4}(?:栋|幢|号楼)(?:\d{1,3}单元)?\d{2,5}(?:室|房)?"), "[地址]"),
)


def mask(text: str) -> str:
    """The text without anything that points at a person."""
    text = hide_personal(text)
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text
