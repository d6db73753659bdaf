"""Text into and out of spreadsheet cells without ever becoming a formula."""

import re

# What a spreadsheet would evaluate: also behind blanks, and in full width, which East Asian versions fold.
_EVALUATED = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
_GUARDED = re.compile(r"'(?='*(?:[\t\r\n]|\s*[=+\-@＝＋－＠]))")
# Characters that XML 1.0 cannot carry: openpyxl refuses the whole file over one of them.
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def guard(text: str) -> str:
    """The text with an apostrophe before anything a spreadsheet would evaluate."""
    return f"'{text}" if _EVALUATED.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def read_cell(value: object) -> str:
    """A cell's value as the user sees it: whole numbers without “.0”, line breaks as line feeds, trimmed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return unguard(_NOT_IN_XML.sub("", text).strip())


def write_cell(value: object) -> str:
    return guard(_NOT_IN_XML.sub("", "" if value is None else str(value)))
