"""Files that mean harm, made in code: what an upload must survive. Each says whether it has to be refused."""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from docx import Document

MEGABYTE = 1024 * 1024
_DOCUMENT = "word/document.xml"
_SHEET = "xl/worksheets/sheet1.xml"
_W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LAUGHS = (
    b'<!DOCTYPE w [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)


@dataclass(frozen=True)
class HostileFile:
    name: str
    file_name: str
    make: Callable[[int], bytes]  # of so many megabytes, where size matters
    must_be_refused: bool = True


def good_docx() -> bytes:
    """A small honest document."""
    document = Document()
    document.add_heading("退货", 1)
    document.add_paragraph("签收后七天内可以退货，运费由顾客承担。")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def good_xlsx() -> bytes:
    """A small honest workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(("客户问法", "标准答案"))
    book.active.append(("怎么退货", "点申请售后"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf_of(stream: bytes, *, page: bytes = b"", extra: tuple[bytes, ...] = ()) -> bytes:
    """A PDF of one page with this compressed content."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R" + page + b">>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        *extra,
    )
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def _replaced(package: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An Office file with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return out.getvalue()


def _with_bomb(package: bytes, name: str, megabytes: int) -> bytes:
    """An Office file with a part of zeros that unpacks to so many megabytes."""
    out = io.BytesIO(package)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w", force_zip64=True) as part:
        for _ in range(megabytes):
            part.write(bytes(MEGABYTE))
    return out.getvalue()


def _lying_bomb(megabytes: int) -> bytes:
    """Its table of contents says that the document has a thousand bytes."""
    bomb = bytearray(_replaced(good_docx(), _DOCUMENT, lambda _: b"<" * megabytes * MEGABYTE))
    size, at = struct.pack("<L", megabytes * MEGABYTE), 0
    while (at := bomb.find(size, at)) >= 0:
        bomb[at : at + 4] = struct.pack("<L", 1000)
    return bytes(bomb)


def _laughing_document(_size: int) -> bytes:
    body = b"<w:document %s><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>" % _W
    return _replaced(good_docx(), _DOCUMENT, lambda _: b'<?xml version="1.0"?>' + _LAUGHS + body)


def _reaching_out(_size: int) -> bytes:
    entity = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://127.0.0.1:9/">]>'
    body = b"<w:document %s><w:body><w:p><w:r><w:t>&x;&y;</w:t></w:r></w:p></w:body></w:document>" % _W
    return _replaced(good_docx(), _DOCUMENT, lambda _: b'<?xml version="1.0"?>' + entity + body)


def _in_utf16(_size: int) -> bytes:
    text = _LAUGHS.decode() + f"<w:document {_W.decode()}/>"
    return _replaced(
        good_docx(), _DOCUMENT, lambda _: ('<?xml version="1.0" encoding="utf-16"?>' + text).encode("utf-16")
    )


def _laughing_sheet(_size: int) -> bytes:
    return _replaced(good_xlsx(), _SHEET, lambda sheet: _LAUGHS.replace(b"DOCTYPE w", b"DOCTYPE worksheet") + sheet)


def _nested(_size: int) -> bytes:
    deep = 100_000
    body = b"<w:sdt><w:sdtContent>" * deep + b"</w:sdtContent></w:sdt>" * deep
    return _replaced(good_docx(), _DOCUMENT, lambda _: b"<w:document %s><w:body>%s</w:body></w:document>" % (_W, body))


def _many_parts(megabytes: int) -> bytes:
    out = io.BytesIO(good_docx())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(megabytes * 100):
            archive.writestr(f"word/{number}.xml", b"")
    return out.getvalue()


def _claiming_a_million_rows(_size: int) -> bytes:
    return _replaced(good_xlsx(), _SHEET, lambda sheet: sheet.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))


def _with_a_million_rows(_size: int) -> bytes:
    rows = b"".join(b'<row r="%d"><c t="n"><v>1</v></c></row>' % number for number in range(3, 600_000))
    return _replaced(good_xlsx(), _SHEET, lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))


def _compressed_twice(megabytes: int) -> bytes:
    """Page content of so many megabytes in a few bytes."""
    packer = zlib.compressobj(9)
    chunks = [packer.compress(b"q Q " * (MEGABYTE // 4)) for _ in range(megabytes)]
    return pdf_of(b"".join([*chunks, packer.flush()]))


def _endless_page_tree(_size: int) -> bytes:
    return pdf_of(zlib.compress(b"")).replace(b"/Kids[3 0 R]/Count 1", b"/Kids[2 0 R]/Count 9")


def _poster(_size: int) -> bytes:
    """A page of hundreds of metres with a picture all over it."""
    picture = zlib.compress(b"\xff")
    image = (
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    )
    image += b"/Length %d>>stream\n%s\nendstream" % (len(picture), picture)
    content = zlib.compress(b"q 900000 0 0 900000 0 0 cm /I Do Q")
    page = b"/Resources<</XObject<</I 5 0 R>>>>"
    return pdf_of(content, page=page, extra=(image,)).replace(b"[0 0 595 842]", b"[0 0 900000 900000]")


def _encrypted_package(_size: int) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)


def _program(_size: int) -> bytes:
    return Path(sys.executable).resolve().read_bytes()[:MEGABYTE]


HOSTILE_FILES = (
    HostileFile("zip bomb in a workbook", "a.xlsx", lambda size: _with_bomb(good_xlsx(), "xl/more.xml", size)),
    HostileFile("zip bomb in a document", "a.docx", lambda size: _with_bomb(good_docx(), "word/more.bin", size)),
    HostileFile("zip bomb that lies about its size", "a.docx", lambda size: _lying_bomb(min(size, 60))),
    HostileFile("billion laughs in a document", "a.docx", _laughing_document),
    HostileFile("billion laughs in UTF-16", "a.docx", _in_utf16),
    HostileFile("billion laughs in a workbook", "a.xlsx", _laughing_sheet),
    HostileFile("entities of files and addresses", "a.docx", _reaching_out),
    HostileFile("a hundred thousand levels", "a.docx", _nested),
    HostileFile("a hundred thousand parts", "a.docx", _many_parts),
    HostileFile("claims a million rows", "a.xlsx", _claiming_a_million_rows, must_be_refused=False),
    HostileFile("600,000 rows", "a.xlsx", _with_a_million_rows),
    HostileFile("cut workbook", "a.xlsx", lambda _: good_xlsx()[:-900]),
    HostileFile("cut document", "a.docx", lambda _: good_docx()[:-900]),
    HostileFile("cut PDF", "a.pdf", lambda _: pdf_of(zlib.compress(b"q Q"))[:-60]),
    HostileFile("document with a password", "a.docx", _encrypted_package),
    HostileFile("program named .docx", "a.docx", _program),
    HostileFile("program named .pdf", "a.pdf", _program),
    HostileFile("program named .csv", "a.csv", _program),
    HostileFile("workbook named .docx", "a.docx", lambda _: good_xlsx()),
    HostileFile("empty file", "a.docx", lambda _: b""),
    HostileFile("PDF page that unpacks to a gigabyte", "a.pdf", _compressed_twice),
    HostileFile("PDF whose pages contain themselves", "a.pdf", _endless_page_tree),
    HostileFile("PDF page of 300 metres", "a.pdf", _poster),
)


def hostile_files(megabytes: int) -> Iterator[tuple[HostileFile, bytes]]:
    """Each file with its bytes; bombs unpack to so many megabytes."""
    for file in HOSTILE_FILES:
        yield file, file.make(megabytes)
