"""Office files are zip packages of XML: looked through in small pieces before anything is built from them."""

import io
import zipfile

from kb.parsing.refusal import Refusal
from kb.parsing.refusal import gettext_noop as _
from kb.parsing.signatures import damaged, refuse_other_kinds, wrong_kind

UNPACKED_BYTES_MAX = 64 * 1024 * 1024  # of all that is text; pictures are not unpacked
PACKAGE_BYTES_MAX = 256 * 1024 * 1024
PARTS_MAX = 2_000
RATIO_MAX = 200  # text packs to a twentieth; nothing honest packs to a two-hundredth
RATIO_MATTERS_BYTES = 8 * 1024 * 1024
TAGS_MAX = 2_500_000  # 20,000 rows of our columns need less than half of it; each costs memory once parsed
_CHUNK = 1024 * 1024
_TEXT_ENDINGS = (".xml", ".rels", ".vml")
_MAIN_PART = {"xlsx": "xl/", "docx": "word/"}
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


def check_package(content: bytes, kind: str, *, tags_max: int = TAGS_MAX) -> None:
    """Refuse what is no package of this kind, what unpacks to too much, and what declares entities."""
    refuse_other_kinds(content, kind)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_contents(parts, len(content))
            _check_kind({part.filename for part in parts}, kind)
            _check_texts(package, tags_max)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError) as error:
        if isinstance(error, Refusal):
            raise
        raise damaged(kind) from error


def _check_contents(parts: list[zipfile.ZipInfo], size: int) -> None:
    """By the table of contents alone: nothing is unpacked before its size is known."""
    unpacked = sum(part.file_size for part in parts)
    texts = sum(part.file_size for part in parts if part.filename.lower().endswith(_TEXT_ENDINGS))
    is_bomb = unpacked > RATIO_MATTERS_BYTES and unpacked > size * RATIO_MAX
    if len(parts) > PARTS_MAX or unpacked > PACKAGE_BYTES_MAX or texts > UNPACKED_BYTES_MAX or is_bomb:
        raise too_large()
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal(_("The file has a password. Save it without one and upload that."))


def _check_kind(names: set[str], kind: str) -> None:
    if "[Content_Types].xml" not in names:
        raise wrong_kind(kind)
    if any(name.startswith(_MAIN_PART[kind]) for name in names):
        return
    if other := next((other for other, folder in _MAIN_PART.items() if any(n.startswith(folder) for n in names)), None):
        raise Refusal(
            _("This is a .%(other)s file, although its name ends in .%(kind)s. Rename it and upload it again."),
            other=other,
            kind=kind,
        )
    raise damaged(kind)


def _check_texts(package: zipfile.ZipFile, tags_max: int) -> None:
    """Count tags and look for declarations: a few megabytes of tags would fill a gigabyte once parsed."""
    tags = 0
    for part in package.infolist():
        if not part.filename.lower().endswith(_TEXT_ENDINGS):
            continue
        tail = b""
        with package.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                tags += chunk.count(b"<")
                if tags > tags_max:
                    raise too_large()
                plain = (tail + chunk).replace(b"\0", b"")  # UTF-16 as well
                if any(mark in plain for mark in _DECLARATIONS):
                    raise Refusal(_("The file declares entities, as attacks do and Office never does. It was refused."))
                tail = plain[-16:]


def too_large() -> Refusal:
    """It would fill the memory."""
    return Refusal(_("The file is far too large once unpacked. Copy what matters into a new one, or split it."))
