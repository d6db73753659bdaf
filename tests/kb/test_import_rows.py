"""What a row of an import file means, and what is said about rows that mean nothing."""

import pytest

from kb.imports import import_file
from kb.models import Entry
from kb.models.entry import lines
from tests.kb.files import make_csv, make_jsonl, make_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_child")]


def only_entry() -> Entry:
    return Entry.objects.get()


def problem_of(content: bytes, name: str = "a.xlsx") -> tuple[int | None, str]:
    (problem,) = import_file(name, content, by=None).problems
    assert not Entry.objects.exists()
    return problem.row, str(problem)


def test_a_cell_holds_several_phrasings() -> None:
    import_file("a.xlsx", make_xlsx(("怎么退货？\n我想退货|退货流程", "点申请售后")), by=None)
    assert only_entry().phrasings == ("怎么退货？", "我想退货", "退货流程")


def test_a_phrasing_counts_once() -> None:
    import_file("a.xlsx", make_xlsx(("怎么退货|怎么退货 |ABC|abc", "点申请售后")), by=None)
    assert only_entry().phrasings == ("怎么退货", "ABC")


@pytest.mark.parametrize("header", [("客户问法", "答案", "标准问题"), ("问法", "答案", "问题")])
def test_phrasings_beside_a_column_for_the_question_are_further_ones(header: tuple[str, ...]) -> None:
    import_file("a.xlsx", make_xlsx(("我想退货\n退货流程", "点申请售后", "怎么退货"), header=header), by=None)
    assert only_entry().phrasings == ("怎么退货", "我想退货", "退货流程")


def test_english_headers_in_any_order() -> None:
    content = make_csv(("Two days.", "x", "How long?"), header=("Answer", "unknown column", "QUESTION *"))
    import_file("a.csv", content, by=None)
    assert (only_entry().question, only_entry().answer) == ("How long?", "Two days.")


def test_a_header_may_stand_below_a_title() -> None:
    content = make_xlsx((), ("问题", "答案"), ("怎么退货", "点申请售后"), header=("青禾知识库",))
    assert import_file("a.xlsx", content, by=None).counts["created"] == 1


def test_a_category_path_creates_its_levels() -> None:
    import_file("a.xlsx", make_xlsx(("怎么退货", "点申请售后", "售后服务/退货流程/7天无理由")), by=None)
    assert only_entry().category.path == "售后服务/退货流程/7天无理由"


def test_rows_without_category_take_the_given_one() -> None:
    rows = ("怎么退货", "点申请售后"), ("怎么换货", "点换货", "售后")
    import_file("a.xlsx", make_xlsx(*rows), by=None, category="其他/未整理")
    paths = {entry.question: entry.category.path for entry in Entry.objects.all()}
    assert paths == {"怎么退货": "其他/未整理", "怎么换货": "售后"}


@pytest.mark.parametrize("word", ["发布", "已发布", "Published"])
def test_the_status_column_publishes(word: str) -> None:
    import_file("a.xlsx", make_xlsx(("怎么退货", "点申请售后", "", "", "", word)), by=None)
    assert only_entry().status == Entry.Status.PUBLISHED


def test_rows_without_status_are_drafts() -> None:
    import_file("a.xlsx", make_xlsx(("怎么退货", "点申请售后")), by=None)
    assert only_entry().status == Entry.Status.DRAFT


def test_publishing_spares_rows_that_say_draft() -> None:
    import_file("a.xlsx", make_xlsx(("怎么退货", "点申请售后", "", "", "", "草稿")), by=None, publish=True)
    assert only_entry().status == Entry.Status.DRAFT


def test_json_lines_have_all_elements() -> None:
    record = {"id": "a1", "question": "q", "variants": ["v1", "v2"], "answer": "a", "related": ["r1", "r2"]}
    import_file("a.jsonl", make_jsonl(record | {"handoff": ["破损", "过敏"]}), by=None)
    entry = only_entry()
    assert (entry.external_id, lines(entry.variants), lines(entry.related)) == ("a1", ["v1", "v2"], ["r1", "r2"])
    assert entry.handoff == "words: 破损, 过敏"


def test_a_missing_answer_names_row_and_column() -> None:
    content = make_xlsx(("怎么退货", "点申请售后"), ("怎么换货", ""))
    assert problem_of(content) == (3, "标准答案: 没有填写，客户会收不到回答。请补上答案，或删除这一行。")


def test_a_null_answer_names_its_line() -> None:
    row, text = problem_of(make_jsonl({"question": "q", "answer": None}), "a.jsonl")
    assert (row, text.split(":")[0]) == (1, "标准答案")


def test_a_fourth_level_is_refused() -> None:
    row, text = problem_of(make_xlsx(("怎么退货", "点申请售后", "一/二/三/四")))
    assert row == 2 and "最多只能三级" in text


def test_an_unknown_status_is_refused() -> None:
    assert (
        problem_of(make_xlsx(("q", "a", "", "", "", "上架")))[1]
        == "状态: 不认识“上架”，请写 草稿 或 发布，也可以不填。"
    )


def test_the_same_question_twice_names_the_first_row() -> None:
    row, text = problem_of(make_xlsx(("怎么退货", "甲"), ("怎么换货", "乙"), ("怎么退货 ", "丙")))
    assert row == 4 and "第 2 行" in text


def test_every_problem_of_a_file_is_told_at_once() -> None:
    result = import_file("a.xlsx", make_xlsx(("", "a", "一/二/三/四"), ("q", "")), by=None)
    assert [(problem.row, problem.column) for problem in result.problems] == [
        (2, "客户问法"),
        (2, "分类"),
        (3, "标准答案"),
    ]


def test_whole_numbers_stay_whole() -> None:
    import_file("a.xlsx", make_xlsx((400.0, 59)), by=None)
    assert (only_entry().question, only_entry().answer) == ("400", "59")
