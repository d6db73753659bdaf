"""Personal data out of a text: before a model reads it, and before a question becomes knowledge for everybody.

The marks are the square-bracket ones of Chinese platforms, which the search passes over.
"""

import re

_DIGIT = r"(?:\d[ -]?)"
_RULES = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"), "[邮箱]"),
    (re.compile(r"(?<!\d)\d{6}(?:19|20)\d{9}[\dXx](?![\dA-Za-z])"), "[证件号]"),
    (re.compile(rf"(?<!\d)(?:\+?86[ -]?)?1[3-9]{_DIGIT}{{8}}\d(?!\d)"), "[手机号]"),
    (re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)"), "[电话]"),
    (
        re.compile(r"((?:微信号?|vx|wx|v信|qq)\s*[:：是]?\s*)[A-Za-z0-9][\w-]{4,19}(?![\w-])", re.IGNORECASE),
        r"\1[账号]",
    ),
    (
        re.compile(
            r"[\u4e00-\u9fff]{2,8}(?:省|市|区|县)[\u4e00-\u9fff\d]{1,20}(?:路|街|道|巷|村|镇|小区|花园)"
            r"[\u4e00-\u9fff\dA-Za-z-]{0,20}(?:号楼?|栋|幢|单元|室|楼)"
        ),
        "[地址]",
    ),
    (re.compile(r"(?<![\dA-Za-z])[A-Za-z]{0,4}\d{8,}(?![\dA-Za-z])"), "[号码]"),
)


def hide_personal(text: str) -> str:
    """The text without e-mail addresses, telephone, identity, account and order numbers, and street addresses."""
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text
