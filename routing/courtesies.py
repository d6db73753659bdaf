"""Messages that ask nothing: greetings, thanks, “are you there”. A miss would be a strange answer to them. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from cs_platform.chinese import simplified

Courtesy = Literal["greeting", "thanks"]

_NOISE = re.compile(r"[\W_]+")
_GREETING_WORDS = (
    "你好|您好|亲|哈喽|哈罗|嗨|嘿|hi|hello|hey|早上好|上午好|中午好|下午好|晚上好|早安|在吗|在么|在嘛|在不在"
    "|有在吗|在线吗|老板|掌柜|店家|店主|客官|呀|啊|哦|呢|吗|goodmorning|goodafternoon|goodevening|there"
)
_THANKS_WORDS = (
    "谢谢|感谢|多谢|谢啦|谢了|辛苦了|辛苦|麻烦了|好的|好滴|好吧|好|嗯|哦|噢|行|可以|可以了|没事了|没事|没了|知道了|明白了|明白|了解了"
    "|了解|收到|懂了|再见|拜拜|您|你|亲|啦|了|哈|呀|的|不用了|ok|okay|thanks|thankyou|thx|bye|gotit|verymuch"
)
_GREETING, _THANKS = (frozenset(words.split("|")) for words in (_GREETING_WORDS, _THANKS_WORDS))
_LONGEST = max(map(len, _GREETING | _THANKS))
_CHARACTERS_MAX = 60  # nobody is that polite


def courtesy(texts: Sequence[str]) -> Courtesy | None:
    """The kind of courtesy when all of the messages are nothing else; thanks win over a greeting."""
    kinds = {_kind(text) for text in texts}
    if None in kinds or not kinds:
        return None
    return "thanks" if "thanks" in kinds else "greeting"


def _kind(text: str) -> Courtesy | None:
    compact = _NOISE.sub("", simplified(unicodedata.normalize("NFKC", text).lower()))
    if not compact or len(compact) > _CHARACTERS_MAX:
        return None
    if _consists_of(compact, _GREETING):
        return "greeting"
    return "thanks" if _consists_of(compact, _THANKS) else None


def _consists_of(text: str, words: frozenset[str]) -> bool:
    """Can the text be cut into these words?

    Not by a regular expression: 好的 is a word and so is 好, so one that tries both ways takes twice the time for each
    好的, and whoever writes forty of them and a full stop stands every conversation of the process still.
    """
    reached, ahead = {0}, [0]
    while ahead:  # of what is no courtesy only the beginning is looked at
        start = ahead.pop()
        for end in range(start + 1, min(start + _LONGEST, len(text)) + 1):
            if end not in reached and text[start:end] in words:
                reached.add(end)
                ahead.append(end)
    return len(text) in reached
