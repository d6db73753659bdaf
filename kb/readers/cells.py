"""Text into and out of spreadsheet cells without ever becoming a formula."""

import re

from kb.parsing.cells import NOT_IN_XML

# What a spreadsheet would evaluate: also behind blanks, and in full width, which East Asian versions fold.
_EVALUATED = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
_GUARDED = re.compile(r"'(?='*(?:[\t\r\n]|\s*[=+\-@＝＋－＠]))")


def guard(text: str) -> str:
    """The text with an apostrophe before anything a spreadsheet would evaluate."""
    return f"'{text}" if _EVALUATED.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def write_cell(value: object) -> str:
    return guard(NOT_IN_XML.sub("", "" if value is None else str(value)))
