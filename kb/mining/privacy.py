"""Personal data out of conversations before anything of them is kept.

Stricter than where a person looks at one question: thousands of lines pass here that nobody reads first. So a long
number goes whatever it is, a public hotline too; whoever reviews a draft puts the shop's own one back.
"""

import re

from cs_platform.masking import SURNAMES, hide_personal

_HAN = r"[\u4e00-\u9fff]"
_RULES = (
    (re.compile(r"(?<!\d)[48]00[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"), "[电话]"),
    (re.compile(r"(?<!\d)(?:0\d{2,3}|\(0\d{2,3}\))[ -]?\d{7,8}(?:[ -]\d{1,5})?(?!\d)"), "[电话]"),
    (re.compile(r"@[\w·-]{1,30}"), "[账号]"),
    (
        re.compile(r"((?:(?:取件|验证|提货|支付|登录)码|密码|口令)\s*[:：是为]?\s*)(?=[A-Za-z-]*\d)[A-Za-z\d-]{3,}"),
        r"\1[号码]",
    ),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼](?=[A-Z\d]*\d[A-Z\d]*\d[A-Z\d]*\d)[A-Z][A-Z\d]{5,6}(?![A-Z\d])"
        ),
        "[号码]",
    ),
    # A parcel, an order, a member: letters and digits in one word with six digits or more.
    (re.compile(r"(?<![A-Za-z\d])(?=[A-Za-z\d-]*\d{6})[A-Za-z\d-]+(?![A-Za-z\d])"), "[号码]"),
    (re.compile(r"(?<!\d)\d{2,4}(?:[ -]\d{2,4}){2,}(?!\d)"), "[号码]"),
    (re.compile(r"[一二三四五六七八九零〇幺]{7,}"), "[号码]"),
    # Province, city, quarter, with whatever stands between and behind them.
    (
        re.compile(
            rf"{_HAN}{{2,7}}(?:省|自治区|市)[\s,，]*{_HAN}{{2,7}}(?:市|州|区|县)[\s,，]*{_HAN}{{1,12}}(?:街道|镇|乡|路|街|村|小区|大道|苑|城|区)\s*[\u4e00-\u9fff\dA-Za-z-]{{0,24}}"
        ),
        "[地址]",
    ),
    (
        re.compile(
            rf"{_HAN}{{2,6}}(?:路|街|大道|巷|弄)\d{{1,5}}号(?!楼)(?:[\u4e00-\u9fff\d]{{0,12}}?(?:栋|幢|单元|室|楼|座))*\d{{0,5}}(?:室|房)?"
        ),
        "[地址]",
    ),
    (re.compile(r"(?<![\dA-Za-z])\d{1,4}(?:栋|幢|号楼)(?:\d{1,3}单元\d{0,5}|\d{2,5})(?:室|房)?"), "[地址]"),
    (
        re.compile(
            r"\[地址\](?:[\u4e00-\u9fffA-Za-z\d]{0,12}?[A-Za-z\d](?:座|栋|幢|单元|室|楼|层|户|号))*[A-Za-z]?\d{0,5}(?:室|房|号)?"
        ),
        "[地址]",
    ),
    # Whom a parcel is for: with a surname, and nothing behind it that makes another word of it.
    (
        re.compile(
            rf"((?:收件人|收货人|收货信息|收件信息|联系人|全名|姓名|名字)(?:[是叫为:：]|\s)*)(?:{SURNAMES}){_HAN}{{1,2}}(?=$|[\s,，。;；、\d\[电手地]|收)"
        ),
        r"\1[姓名]",
    ),
    (re.compile(rf"(?<=[\s\d\],，])(?:{SURNAMES}){_HAN}{{1,2}}(?=\s*收(?:$|[\s,，。]))"), "[姓名]"),
)


def mask(text: str) -> str:
    """The text without anything that points at a person."""
    text = hide_personal(text)
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text
