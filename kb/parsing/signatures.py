"""What a file is by its bytes, whatever its name says."""

from kb.parsing.refusal import Refusal
from kb.parsing.refusal import gettext_noop as _

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and newer files with a password
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PDF_WITHIN = 1024  # bytes; some programs put a few of their own before the mark
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")


def refuse_other_kinds(content: bytes, kind: str) -> None:
    """Refuse a workbook, document or PDF that is something else, in words that say what it is."""
    if content.startswith(_OLE) and kind in ("xlsx", "docx"):
        raise _old_or_encrypted(content, kind)
    is_right = _is_pdf(content) if kind == "pdf" else content.startswith(b"PK")
    if is_right:
        return
    if content.startswith(_PROGRAMS):
        raise Refusal(_("This is a program, although its name ends in .%(kind)s. It was not opened."), kind=kind)
    if content.startswith(_PICTURES):
        raise Refusal(
            _("This is a picture, although its name ends in .%(kind)s. Put it into a PDF and upload that."), kind=kind
        )
    raise wrong_kind(kind)


def wrong_kind(kind: str) -> Refusal:
    """Its name promises something that it is not."""
    texts = {
        "xlsx": _("This is not an Excel file, although its name ends in .xlsx. Open it in Excel and save it as .xlsx."),
        "docx": _("This is not a Word file, although its name ends in .docx. Open it in Word and save it as .docx."),
        "pdf": _("This is not a PDF file, although its name ends in .pdf. Export it again as PDF."),
    }
    return Refusal(texts[kind])


def damaged(kind: str) -> Refusal:
    """It is what it says, but cannot be read."""
    texts = {
        "xlsx": _("The workbook is damaged. Open it in Excel, save it again as .xlsx and upload that."),
        "docx": _("The document is damaged. Open it in Word, save it again as .docx and upload that."),
        "pdf": _("The PDF is damaged. Export it again and upload that."),
    }
    return Refusal(texts.get(kind) or _("The file cannot be read. Save it again and upload that."))


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:_PDF_WITHIN]


def _old_or_encrypted(content: bytes, kind: str) -> Refusal:
    if _ENCRYPTED_PACKAGE in content:
        return Refusal(_("The file has a password. Save it without one and upload that."))
    old = {
        "xlsx": _("This is an old .xls file. Save it as .xlsx and upload that."),
        "docx": _("This is an old .doc file. Save it as .docx and upload that."),
    }
    return Refusal(old[kind])
