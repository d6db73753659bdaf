"""How Chinese characters sound, tones and regional confusions aside: what a wrong homophone shares with the right."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# A sound is one character of the private use area, so that a text of sounds is searched like any other text.
_FIRST_SOUND = 0xE000
_IDEOGRAPHS = range(0x4E00, 0x9FA6)
# What people from half of the country neither hear nor type differently.
_CONFUSED = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"^n(?!g)"), "l"), (re.compile(r"([aei])ng$"), r"\1n"))


def sounds(text: str) -> str:
    """The text with every character replaced by its sound; zh and z, n and l, ing and in sound the same."""
    return text.translate(_sounds())


def sounds_of(texts: Sequence[str]) -> list[str]:
    """The same for very many texts without line breaks, all at once."""
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
    table = _table()
    heard = np.where(codes < len(table), table[np.minimum(codes, len(table) - 1)], codes)
    return heard.astype("<u4").tobytes().decode("utf-32-le").split("\n") if texts else []


def syllable(character: str) -> str:
    """The toneless pinyin of a character: zhong; empty where there is none."""
    return _syllables().get(character, "")


@cache
def homophones() -> dict[str, str]:
    """By syllable, the common characters that are typed with it."""
    alike: dict[str, list[str]] = defaultdict(list)
    for character, sound in _syllables().items():
        if is_common(character):
            alike[sound].append(character)
    return {sound: "".join(characters) for sound, characters in alike.items()}


def is_common(character: str) -> bool:
    """One of the 3,755 characters of the first level of GB 2312, which is what input methods offer first."""
    try:
        return 0xB0 <= character.encode("gb2312")[0] < 0xD8
    except UnicodeEncodeError:
        return False


@cache
def _table() -> NDArray[np.uint32]:
    table = np.arange(_IDEOGRAPHS.stop, dtype=np.uint32)
    table[list(_sounds())] = list(_sounds().values())
    return table


@cache
def _sounds() -> dict[int, int]:
    numbers: dict[str, int] = {}
    table = {}
    for character, sound in _syllables().items():
        table[ord(character)] = _FIRST_SOUND + numbers.setdefault(_heard(sound), len(numbers))
    return table


@cache  # twenty thousand characters have four hundred syllables
def _heard(sound: str) -> str:
    for pattern, heard in _CONFUSED:
        sound = pattern.sub(heard, sound)
    return sound


@cache
def _syllables() -> dict[str, str]:
    """The first reading of each character. Read from the package's table alone: the package itself takes 60 MB."""
    path = Path(str(distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")))
    readings = json.loads(path.read_text(encoding="utf-8"))
    found = ((chr(code), readings.get(str(code), "")) for code in _IDEOGRAPHS)
    return {character: _without_tone(reading.split(",")[0]) for character, reading in found if reading}


@cache  # every process reads the table when it first searches: this halves how long that takes
def _without_tone(reading: str) -> str:
    """lǜ is typed lv."""
    plain = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ǜ", "v").replace("ǚ", "v"))
    return "".join(character for character in plain if "a" <= character <= "z")
