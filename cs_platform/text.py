"""Text as shoppers type it: one spelling for comparing, the bare question, the sentences of an answer."""

import re
import unicodedata

from cs_platform.chinese import simplified

SENTENCE_MIN_CHARS = 5
SENTENCE_MAX_CHARS = 160
NUMBER_DIGITS = 19  # what has as many may be more than a database counts to, or more than Python reads

# Nothing a shopper pastes may cost time: what is longer is no question, its beginning decides.
_READ_AT_MOST = 2_000
_QUESTION_AT_MOST = 300

_LINK = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>]+")
# Platforms write emoticons and masked values in square brackets: [微笑], [图片], [手机号].
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,24}\]")
_LONG_NUMBER = re.compile(r"[:#]?\s*(?<![a-z0-9])[a-z]{0,4}\d{8,}(?![a-z0-9])")
_EDGE = r"[\s,，。.!！?？~～、;；:：…\-—]"
_ADDRESS_END = rf"(?:{_EDGE}+|$)"
_GREETING = re.compile(
    r"^(?:"
    r"(?:你好|您好|哈喽|哈啰|早上好|上午好|中午好|下午好|晚上好|有人吗|有人在吗|在吗|在么|在不在|在不)[啊呀吗呢哈的]*"
    r"|(?:hello|hi|hey)(?![a-z])"
    rf"|(?:亲爱的|亲亲?|客服(?:小姐姐|小哥哥|姐姐|美女|人员)?|老板|掌柜的?|店家|卖家|小二|美女|帅哥|那个|嗯+|哦+|喂+|额+|啊+){_ADDRESS_END}"
    r"|(?:我|那我)?(?:想|要)?(?:麻烦|请)?(?:问|咨询|请教)(?:一下|下(?![单架周次载])|个问题)[你您]?们?"
    r"|请问"
    rf"){_EDGE}*"
)
_FAREWELL = re.compile(
    rf"{_EDGE}*(?:(?:非常|太)?(?:谢谢|感谢|多谢)(?:你|您|了|啦|啊|亲)*|(?:麻烦|辛苦)(?:你|您)?了|谢了"
    rf"|thanks|thank you|thx|[呢啊呀哦哈嘛吧呗哇哟噢喔哒]){_EDGE}*$"
)
_SENTENCE_END = re.compile(r"[。！？；!?;\r\n]+")
_NOT_A_WORD = re.compile(r"[^\w]+")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?![0-9A-Za-z])")
_EMAIL = re.compile(r"([\w.+-])[\w.+-]*(@[\w-]+(?:\.[\w-]+)+)")


def normalise(text: str) -> str:
    """One spelling per question: NFKC, lower case, single spaces, nothing invisible.

    Control characters and lone surrogates go as well: the encoder's engine reads C strings, so a NUL would cut
    the text short and a surrogate cannot be encoded at all.
    """
    folded = unicodedata.normalize("NFKC", text[:_READ_AT_MOST]).lower()
    if not folded.isprintable():
        folded = "".join(" " if char.isspace() else char for char in folded if char.isspace() or char.isprintable())
    return " ".join(folded.split())


def storable(text: str) -> str:
    """The text without what no database takes: NUL (PostgreSQL) and lone surrogates (UTF-8)."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def row_number(text: str | None) -> int | None:
    """The number of a row as an address or a form gives it; None for what no row can have."""
    is_number = text is not None and text.isascii() and text.isdecimal() and len(text) < NUMBER_DIGITS
    return int(text) if text is not None and is_number else None


def phrase_key(text: str) -> str:
    """The key under which two phrasings are the same: in simplified characters, without punctuation and spaces."""
    return words_only(plain(text))


def plain(text: str) -> str:
    """The spelling in which texts are compared: normalised, in simplified characters."""
    return simplified(normalise(text))


def words_only(text: str) -> str:
    """A plain text without punctuation, spaces and symbols."""
    return _NOT_A_WORD.sub("", text)


def clean_question(text: str) -> str:
    """The question in simplified characters without greeting, thanks, links, emoticon codes and long numbers.

    Never empty.
    """
    plain = simplified(normalise(text)[:_QUESTION_AT_MOST])
    bare = _LONG_NUMBER.sub(" ", _PLACEHOLDER.sub(" ", _LINK.sub(" ", plain)))
    question = _strip_repeatedly(_FAREWELL, _strip_repeatedly(_GREETING, bare.strip()))
    question = " ".join(question.split()).strip(" ,，。.!！~～、;；:：…-—")
    return question or plain or " "


def split_sentences(answer: str) -> list[str]:
    """The sentences of an answer that are long enough to mean something; a very short answer is its own sentence."""
    parts = [" ".join(part.split())[:SENTENCE_MAX_CHARS] for part in _SENTENCE_END.split(answer)]
    sentences = [part for part in parts if len(part) >= SENTENCE_MIN_CHARS]
    whole = " ".join(answer.split())[:SENTENCE_MAX_CHARS]
    return sentences or ([whole] if whole else [])


def _strip_repeatedly(pattern: re.Pattern[str], text: str) -> str:
    """Take greetings or thanks off one by one, but leave a text that consists of nothing else as it is."""
    while (shorter := pattern.sub("", text, count=1)) != text:
        if not phrase_key(shorter):
            return text
        text = shorter
    return text


def mask_phone(text: str) -> str:
    """A phone number as colleagues and logs may see it: 138****5678. Short ones keep their last two digits."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(len(digits) - 2, 0) + digits[-2:]


def mask_email(text: str) -> str:
    """An address as colleagues and logs may see it: l***@example.com."""
    name, at, host = text.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "*" * len(text)


def mask_wechat(text: str) -> str:
    """A WeChat ID as colleagues and logs may see it: li***. Many are phone numbers."""
    return f"{text[:2]}***" if text else ""


def mask_personal(text: str) -> str:
    """A text without whole phone numbers and e-mail addresses, for logs and for models."""
    return _EMAIL.sub(r"\1***\2", _PHONE.sub(r"\1****\3", text))
