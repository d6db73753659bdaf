"""Files that hold a decision tree as an outline: Word documents and plain text."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from kb.flow_outline import LINES_MAX, Line, lines_of_text
from kb.readers.limits import ReadError, check_size, unknown_kind_text
from kb.readers.sandbox import parse

OUTLINE_KINDS = ("docx", "txt")


def read_outline_file(name: str, content: bytes) -> list[Line]:
    """The paragraphs of a file with their indents; raises ReadError in the user's words."""
    check_size(len(content))
    kind = PurePath(name).suffix.lower().removeprefix(".")
    if kind == "docx":
        rows = parse("outline", content)
        lines = [Line(int(place), int(indent), str(text).strip()) for place, indent, text in rows]
    elif kind == "txt":
        lines = lines_of_text(_decode(content))
    else:
        raise ReadError(unknown_kind_text(name, OUTLINE_KINDS))
    if len(lines) > LINES_MAX:
        raise ReadError(_("An outline has at most %(limit)s lines.") % {"limit": LINES_MAX})
    return lines


def _decode(content: bytes) -> str:
    """What editors on Chinese Windows write, too."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise ReadError(_("The text is in no encoding that can be read. Save it as UTF-8."))
