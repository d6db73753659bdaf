"""Files that are not what they say, or mean harm: a clear sentence, and nothing stored."""

import pytest
from django.conf import LazySettings

from kb.imports import import_file
from kb.models import Entry
from kb.parsing import packages
from kb.readers import limits
from tests.kb.files import make_csv, make_package, make_xlsx, replace_part

pytestmark = pytest.mark.django_db

SHEET = "xl/worksheets/sheet1.xml"
GOOD = make_xlsx(("怎么退货", "点申请售后"))


def refusal(name: str, content: bytes) -> str:
    result = import_file(name, content, by=None)
    assert not Entry.objects.exists()
    (problem,) = result.problems
    assert problem.row is None
    return problem.message


def test_a_renamed_file_is_no_workbook() -> None:
    assert "内容不是 Excel 文件" in refusal("a.xlsx", b"hello")


def test_an_old_workbook_says_how_to_convert_it() -> None:
    assert "旧版 .xls 文件" in refusal("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.jsonl"])
def test_an_empty_file(name: str) -> None:
    assert "文件是空的" in refusal(name, b"")


def test_a_file_of_blank_lines_is_empty() -> None:
    assert "文件是空的" in refusal("a.csv", b"\n\n  \n")


def test_a_large_file_is_refused_unread(settings: LazySettings) -> None:
    settings.IMPORT_FILE_BYTES_MAX = 1024 * 1024
    assert "最大只支持 1 MB" in refusal("a.xlsx", b"\0" * (100 * 1024 * 1024))


def test_a_picture_is_told_the_way_through_a_pdf() -> None:
    assert refusal("公告.PNG", b"\x89PNG") == "“公告.PNG”是图片，请放进 PDF 后再上传。"


def test_an_unknown_kind_of_file() -> None:
    assert "请使用：.docx, .pdf, .xlsx, .csv, .jsonl" in refusal("a.pages", GOOD)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_csv(encoding: str) -> None:
    import_file("a.csv", make_csv(("怎么退货", "点申请售后"), encoding=encoding), by=None)
    assert Entry.objects.get().question == "怎么退货"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    assert "既不是 UTF-8 也不是 GBK" in refusal("a.csv", make_csv(("怎么退货", "点申请售后"), encoding=encoding))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = make_package([("[Content_Types].xml", b""), (SHEET, b"0" * (packages.UNPACKED_BYTES_MAX + 1))])
    assert len(bomb) < 1024 * 1024
    assert "解压后太大" in refusal("a.xlsx", bomb)


def test_a_row_of_millions_of_cells_is_refused_before_it_is_parsed() -> None:
    cells = b"<c/>" * (packages.TAGS_MAX + 1)
    hostile = replace_part(GOOD, SHEET, b"</row>", cells + b"</row>")
    assert "解压后太大" in refusal("a.xlsx", hostile)


def test_a_row_that_calls_itself_the_thousand_millionth_is_refused() -> None:
    hostile = replace_part(GOOD, SHEET, b'r="2"', b'r="1000000000"')
    assert "工作簿已损坏" in refusal("a.xlsx", hostile)


def test_a_package_of_thousands_of_parts_is_refused() -> None:
    parts = [("[Content_Types].xml", b"")] + [(f"xl/{number}.xml", b"") for number in range(packages.PARTS_MAX + 1)]
    assert "解压后太大" in refusal("a.xlsx", make_package(parts))


@pytest.mark.parametrize(
    "entity", [b'<!ENTITY x SYSTEM "file:///etc/passwd">', b'<!ENTITY a "ha"><!ENTITY x "&a;&a;&a;&a;&a;&a;">']
)
def test_entities_are_refused(entity: bytes) -> None:
    declared = b"<!DOCTYPE worksheet [" + entity + b"]><worksheet"
    hostile = replace_part(GOOD, SHEET, b"<worksheet", declared)
    assert "声明了实体" in refusal("a.xlsx", hostile)


def test_a_cut_workbook_is_refused() -> None:
    assert "Excel" in refusal("a.xlsx", GOOD[: len(GOOD) // 2])


def test_no_header_row() -> None:
    assert "第一行不是表头" in refusal("a.csv", b"1,2\n3,4\n")


def test_a_missing_column_is_named() -> None:
    assert refusal("a.csv", "问题,备注\n1,2\n".encode()) == "缺少这一列：标准答案。表头现在有：问题, 备注。"


def test_two_columns_of_one_meaning() -> None:
    assert "“问题”和“标准问题”是同一列" in refusal("a.csv", "问题,标准问题,答案\n1,2,3\n".encode())
    assert "“客户问法”和“其他问法”是同一列" in refusal("a.csv", "问题,客户问法,其他问法,答案\n1,2,3,4\n".encode())


def test_a_header_without_rows() -> None:
    assert "只有表头" in refusal("a.csv", "问题,答案\n".encode())


@pytest.mark.parametrize("line", ["{", "[" * 100_000, '"text"', "1"])
def test_lines_that_are_no_json_objects(line: str) -> None:
    assert "第 2 行" in refusal("a.jsonl", f'{{"question": "q", "answer": "a"}}\n{line}'.encode())


def test_too_many_rows() -> None:
    rows = ((str(number), "a") for number in range(limits.ROWS_MAX + 1))
    assert "请拆成几个文件" in refusal("a.csv", make_csv(*rows))


def test_a_lost_quotation_mark() -> None:
    assert "不能按 CSV 读取" in refusal("a.csv", '问题,答案\n1,"'.encode() + b"a" * (2 * 1024 * 1024))
