"""The text of one cell, without anything that only a spreadsheet or a wire format needs."""

import re

# Characters that XML 1.0 cannot carry: openpyxl refuses the whole file over one of them.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain_cell(value: object) -> str:
    """A cell's value as the user sees it: whole numbers without “.0”, line breaks as line feeds, trimmed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return NOT_IN_XML.sub("", text).strip()
