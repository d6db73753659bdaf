"""Phone numbers, WeChat ids and e-mail addresses as people type them: one spelling each, or nothing. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_MOBILE = re.compile(r"1[3-9]\d{9}")
_ABROAD = re.compile(r"\+\d{7,15}")
_FIXED_LINE = re.compile(r"0\d{9,11}|[48]00\d{7}")
_WECHAT = re.compile(r"[a-z][-_a-z0-9]{5,19}")


@dataclass(frozen=True, slots=True)
class Contact:
    """How somebody can be reached, in the spelling that two captures of the same person share."""

    phone: str = ""
    wechat: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.phone or self.wechat or self.email)


def clean_phone(typed: str) -> str:
    """Digits of a Chinese number without country code, “+” and digits of a foreign one; empty when it is neither."""
    text = unicodedata.normalize("NFKC", typed).strip()
    digits = re.sub(r"[\s()\-.·]", "", text)
    bare = re.sub(r"^(?:\+|00)86", "", digits)
    if _MOBILE.fullmatch(bare) or _FIXED_LINE.fullmatch(bare):
        return bare
    foreign = re.sub(r"^00", "+", digits)
    return foreign if _ABROAD.fullmatch(foreign) and not foreign.startswith("+86") else ""


def clean_wechat(typed: str) -> str:
    """A WeChat id in lower case, or the mobile number that serves as one; empty when it is neither."""
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    if _WECHAT.fullmatch(text):
        return text
    phone = clean_phone(text)
    return phone if _MOBILE.fullmatch(phone) else ""


def clean_email(typed: str) -> str:
    """An address in lower case; empty when it is none."""
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


def read_contact(*, phone: str = "", wechat: str = "", email: str = "") -> Contact:
    """The usable part of what was typed."""
    return Contact(clean_phone(phone), clean_wechat(wechat), clean_email(email))
