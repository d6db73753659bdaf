"""Numbers of orders, parcels and phones as people write them: with spaces, hyphens, full-width digits. Pure."""

import re

from cs_platform.text import normalise

NUMBERS_MAX = 20  # nobody asks for more at once; a pasted table is no question

_SEPARATORS = re.compile(r"[\s\-_./·—–#]+")
_NUMBER = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d)[a-z0-9]+(?:[ \-_./][a-z0-9]*\d[a-z0-9]*)*(?![a-z0-9])")
_SHORTEST = 4


def number_key(number: str) -> str:
    """One spelling for a number: without separators, in upper case, half-width."""
    return _SEPARATORS.sub("", normalise(number)).upper()[:64]


def numbers_in(text: str) -> list[str]:
    """The keys of everything in a text that may be the number of an order or a parcel, in order, without repeats.

    Separators are ambiguous ("2026-1127 8812"): the joined run counts, and each of its parts that is long enough.
    """
    found: dict[str, None] = {}
    for match in _NUMBER.finditer(normalise(text)):
        run = match[0]
        for candidate in (run, *re.split(r"\s", run), *_SEPARATORS.split(run)):
            key = number_key(candidate)
            if len(key) >= _SHORTEST:
                found[key] = None
    return list(found)[:NUMBERS_MAX]


def phone_endings_in(text: str) -> list[str]:
    """Every group of exactly four digits, or the last four of a whole mobile number: what may be a phone's ending."""
    plain = normalise(text)
    endings = re.findall(r"(?<![a-z0-9])(\d{4})(?![a-z0-9])", plain)
    phones = re.findall(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?(\d{4})(?!\d)", plain)
    return list(dict.fromkeys([*endings, *phones]))


def ends_with(phone: str, ending: str) -> bool:
    """Whether a phone number has this four-digit ending."""
    digits = re.sub(r"\D", "", phone)
    return len(ending) == 4 and len(digits) >= 7 and digits.endswith(ending)
