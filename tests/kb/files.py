"""Import files made of plain rows."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook, load_workbook

HEADER = ("客户问法", "标准答案", "分类", "关联问题", "转人工条件", "状态")


def make_xlsx(*rows: Sequence[object], header: Sequence[object] = HEADER) -> bytes:
    book = Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def make_csv(*rows: Sequence[object], header: Sequence[object] = HEADER, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode(encoding)


def make_jsonl(*records: dict[str, object]) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode()


def make_package(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file that pretends to be a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            package.writestr(name, content)
    return out.getvalue()


def replace_part(workbook: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with some bytes of one part exchanged."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        parts = [(part, package.read(part)) for part in package.namelist()]
    return make_package((part, content.replace(old, new) if part == name else content) for part, content in parts)


def cells_of(workbook: bytes) -> list[list[object]]:
    return [list(row) for row in load_workbook(io.BytesIO(workbook)).active.iter_rows(values_only=True)]
