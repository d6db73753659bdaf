"""Traditional characters read as simplified ones, as all word lists and most knowledge are written. Pure."""

from functools import cache
from typing import Any

# Ideographs with a simplified form; everything else passes without a look at the converter.
_IDEOGRAPHS = (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))


def simplified(text: str) -> str:
    """The text in simplified characters; the same object when nothing in it is traditional.

    Words that Taiwan alone uses (軟體, 簡訊, 登入) become the mainland's only in a text written in traditional
    characters: the same characters may mean something else to a mainland shopper.
    """
    if text.isascii() or _traditional().isdisjoint(text):
        return text
    return str(_converter("tw2sp").convert(text))


def traditional(text: str) -> str:
    """The text as a shopper of Hong Kong or Taiwan would type it; for measuring."""
    return str(_converter("s2t").convert(text))


@cache
def _traditional() -> frozenset[str]:
    """The characters that only traditional writing uses. One conversion of them all takes some milliseconds."""
    plain = "\n".join(map(chr, _IDEOGRAPHS))
    pairs = zip(plain.split("\n"), str(_converter("t2s").convert(plain)).split("\n"), strict=True)
    return frozenset(character for character, simple in pairs if character != simple)


@cache
def _converter(name: str) -> Any:
    from opencc import OpenCC  # loads a library; most processes never meet a traditional character

    return OpenCC(name)
