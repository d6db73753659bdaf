"""What a customer in the middle of a flow means: an option, an answer, no more of it, or something else. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cs_platform.text import normalise, phrase_key
from kb.flow_tree import Expected, Option

Closest = Callable[[str, Sequence[Sequence[str]]], int | None]

ANSWER_CHARACTERS_MAX = 300
_ORDER_DIGITS_MIN = 5
_SHORT = 4  # a message no longer than this may answer with a single character: 是的, 对呀

_DIGITS = "零一二三四五六七八九十"
_PLACE = re.compile(rf"^(?:我?选|我要|第|选择)*\s*(\d{{1,2}}|[{_DIGITS}两])\s*(?:个|项|种|号|吧|的|啊|呀)*$")
_NEGATED = re.compile(r"(?:不是|不算|没有|并非|不|没|非|无|别)$")
_BEYOND = r"(?!\s*[百千万亿])"  # 三百 is not 3: what is not read whole is asked again
_NUMBER = re.compile(rf"\d++(?:\.\d++)?+{_BEYOND}")
_HANZI_NUMBER = re.compile(rf"(?<![{_DIGITS}两百千万])[{_DIGITS}两]{{1,3}}+(?![{_DIGITS}两]){_BEYOND}")
_ORDER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[A-Za-z0-9]|[-_](?=[A-Za-z0-9])){4,39}(?![A-Za-z0-9])")
_ENDING = re.compile(r"(?<!\d)(?:1[3-9]\d[\s-]?\d{4}[\s-]?)?(\d{4})(?!\d)")
_SKIP = re.compile(
    r"(?:我|这边|暂时|现在|目前)?(?:跳过|略过|没有|没|无|没拍|拍不了|没有照片|没照片|没图|没有图片|不方便|不方便拍|发不了|不记得"
    r"|不记得了|忘了|忘记了|找不到|找不到了|不知道|不清楚|没有单号|没有订单号|下一步|skip|no|none)(?:了|的|呢|啊|呀|诶)*"
)
# Neither what is repeated nor what it is made of may be read in two ways: “那就那就那就…” would take for ever.
_CANCEL = re.compile(
    r"(?:那|我|先|还是|就|这次)*+(?:取消|退出|结束|停止|算了|作罢|不办|不弄|不退|不想退|不换|不查|不用|不需要|不要"
    r"|先不办|先不退|放弃|没事|cancel|stop|quit|nevermind)"
    r"(?:吧|了|啦|啊|呀|谢谢|申请|办理|办|退货|退|换|弄|查|这个|流程|取消|算|不用|不要|不|没事)*+"
)
_QUESTION = re.compile(
    r"[?？]|吗|呢$|怎么|怎样|如何|多久|多少|什么|啥|哪|几天|几号|几点|能不能|可不可以|可以.{0,12}[吗么]|是不是|会不会|有没有.{2,}|为什么|为啥"
    r"|谁|\b(?:how|what|when|where|why|who|can i|do you|is it)\b"
)


@dataclass(frozen=True, slots=True)
class Match:
    """Which option was meant; `is_exact` when it was said in the shop's own words or by its number."""

    place: int
    is_exact: bool


def match_option(text: str, options: Sequence[Option]) -> Match | None:
    """The option that a text names: by label, other words, number, or by containing the words of one option only."""
    key = phrase_key(text)
    if not key:
        return None
    for place, option in enumerate(options):
        if key in {phrase_key(word) for word in (option.label, *option.keywords)}:
            return Match(place, True)
    if (number := _place_in(text)) is not None and 1 <= number <= len(options):
        return Match(number - 1, True)
    lengths = [
        max((_length_of(word, key) for word in (option.label, *option.keywords)), default=0) for option in options
    ]
    best = max(lengths, default=0)
    if best and lengths.count(best) == 1:
        return Match(lengths.index(best), False)
    return None


def read_answer(text: str, expects: Expected, *, has_photo: bool, is_optional: bool) -> str | None:
    """What is kept of an answer: "" when the customer has none and need not, None when this is no answer."""
    if expects == "photo":
        if has_photo:
            return "✓"
        return "" if is_optional and is_skip(text) else None
    if is_optional and is_skip(text):
        return ""
    reader = _READERS[expects]
    return reader(text)


def is_skip(text: str) -> bool:
    """The customer has not got what is asked for."""
    return _SKIP.fullmatch(phrase_key(text)) is not None


def is_cancel(text: str) -> bool:
    """The customer wants no more of this."""
    return _CANCEL.fullmatch(phrase_key(text)) is not None


def is_question(text: str) -> bool:
    """It reads like a question rather than an answer."""
    return _QUESTION.search(normalise(text)) is not None


def find_order_number(text: str) -> str | None:
    """The first thing in a text that may be the number of an order or a parcel."""
    for match in _ORDER.finditer(normalise(text).upper()):
        if sum(character.isdigit() for character in match[0]) >= _ORDER_DIGITS_MIN:
            return match[0]
    return None


def _place_in(text: str) -> int | None:
    match = _PLACE.match(normalise(text).rstrip(" 。.、!"))
    if match is None:
        return None
    word = "二" if match[1] == "两" else match[1]
    return int(word) if word.isdigit() else _DIGITS.index(word)


def _length_of(word: str, key: str) -> int:
    """How much of a text says this word; 0 when it does not, or says the contrary."""
    wanted = phrase_key(word)
    if not wanted or (len(wanted) == 1 and len(key) > _SHORT):
        return 0
    start = key.find(wanted)
    while start >= 0:
        if not _NEGATED.search(key[:start]):
            return len(wanted)
        start = key.find(wanted, start + 1)
    return 0


def _read_text(text: str) -> str | None:
    return " ".join(text.split())[:ANSWER_CHARACTERS_MAX] or None


def _read_number(text: str) -> str | None:
    plain = normalise(text)
    if match := _NUMBER.search(plain):
        return match[0].removesuffix(".0")
    if match := _HANZI_NUMBER.search(plain):
        return str(_from_hanzi(match[0]))
    return (
        "0"
        if re.search(r"今天|刚刚|刚收|当天", plain)
        else "1"
        if "昨天" in plain
        else "2"
        if "前天" in plain
        else None
    )


def _from_hanzi(word: str) -> int:
    """Up to ninety-nine: 三, 十二, 二十, 两."""
    tens, ten, ones = word.replace("两", "二").rpartition("十")
    if not ten:
        return _DIGITS.index(ones[-1])
    return 10 * (_DIGITS.index(tens[-1]) if tens else 1) + (_DIGITS.index(ones[-1]) if ones else 0)


def _read_ending(text: str) -> str | None:
    match = _ENDING.search(normalise(text))
    return match[1] if match else None


_READERS: dict[str, Callable[[str], str | None]] = {
    "text": _read_text,
    "number": _read_number,
    "order": find_order_number,
    "phone_ending": _read_ending,
}
