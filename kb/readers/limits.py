"""What a file may not do to us: its size, and how we say no."""

from collections.abc import Sequence
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

ROWS_MAX = 20_000
CELL_CHARACTERS_MAX = 20_000
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic")


class ReadError(ValueError):
    """The file as a whole cannot be read; the text tells its owner what to do."""


def check_size(size: int) -> None:
    """Refuse by size before anything is read."""
    if size == 0:
        raise ReadError(_("The file is empty. Fill in the template and upload that."))
    if size > settings.IMPORT_FILE_BYTES_MAX:
        raise ReadError(
            _("The file has %(size)s MB; at most %(limit)s MB are possible. Split it into several files.")
            % {"size": _megabytes(size), "limit": _megabytes(settings.IMPORT_FILE_BYTES_MAX)}
        )


def check_row_count(count: int) -> None:
    if count > ROWS_MAX:
        raise ReadError(_("The file has more than %(limit)s rows. Split it into several files.") % {"limit": ROWS_MAX})


def unknown_kind_text(name: str, kinds: Sequence[str] = ("docx", "pdf", "xlsx", "csv", "jsonl")) -> str:
    """What to use instead of a file of this name."""
    if PurePath(name).suffix.lower() in _PICTURES and "pdf" in kinds:
        return _("“%(name)s” is a picture. Put it into a PDF and upload that.") % {"name": PurePath(name).name}
    ending = PurePath(name).suffix or _("no ending")
    return _("“%(name)s” (%(ending)s) is not a kind of file that can be imported. Use one of: %(kinds)s.") % {
        "name": PurePath(name).name,
        "ending": ending,
        "kinds": ", ".join(f".{kind}" for kind in kinds),
    }


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f}"
