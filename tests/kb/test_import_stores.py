"""What an import leaves behind: all of a file or nothing, and the same once more when repeated."""

import time

import pytest
from django_q.models import OrmQ

from kb.imports import import_file
from kb.models import Category, Entry
from kb.version import current_version
from tests.factories import make_entry
from tests.kb.files import make_jsonl, make_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_child")]

FILE = make_xlsx(("怎么退货", "点申请售后", "售后"), ("怎么换货", "点换货", "售后"))


def run(content: bytes, name: str = "a.xlsx", **options: bool) -> tuple[int, int, int]:
    counts = import_file(name, content, by=None, **options).counts
    return counts["created"], counts["updated"], counts["skipped"]


def test_importing_again_changes_nothing() -> None:
    assert run(FILE) == (2, 0, 0)
    version = current_version()
    assert run(FILE) == (0, 0, 2)
    assert current_version() == version


def test_a_changed_answer_updates_its_entry() -> None:
    run(FILE)
    assert run(make_xlsx(("怎么退货", "新的答案", "售后"), ("怎么换货", "点换货", "售后"))) == (0, 1, 1)
    assert Entry.objects.get(question="怎么退货").answer == "新的答案"


def test_a_number_recognises_a_reworded_question() -> None:
    run(make_jsonl({"id": "a1", "question": "怎么退货", "answer": "点"}), "a.jsonl")
    assert run(make_jsonl({"id": "a1", "question": "如何退货", "answer": "点"}), "a.jsonl") == (0, 1, 0)
    assert Entry.objects.get().question == "如何退货"


def test_one_bad_row_stores_nothing() -> None:
    result = import_file("a.xlsx", make_xlsx(("怎么退货", "点申请售后", "新分类"), ("怎么换货", "")), by=None)
    assert result.has_failed
    assert not Entry.objects.exists() and not Category.objects.exists()


def test_a_question_under_another_number_is_refused() -> None:
    make_entry("怎么退货", external_id="old")
    result = import_file("a.jsonl", make_jsonl({"id": "new", "question": "怎么退货", "answer": "点"}), by=None)
    assert "编号 old" in result.problems[0].message
    assert Entry.objects.get().external_id == "old"


def test_a_question_of_another_entry_is_refused() -> None:
    make_entry("怎么退货", external_id="a1")
    make_entry("怎么换货", external_id="a2")
    result = import_file("a.jsonl", make_jsonl({"id": "a1", "question": "怎么换货", "answer": "点"}), by=None)
    assert result.problems[0].row == 1
    assert Entry.objects.get(external_id="a1").question == "怎么退货"


def test_a_missing_column_leaves_what_is_there() -> None:
    make_entry("怎么退货", "旧", related="退款多久到账", handoff="always")
    run(make_jsonl({"question": "怎么退货", "answer": "新"}), "a.jsonl")
    entry = Entry.objects.get()
    assert (entry.answer, entry.related, entry.handoff) == ("新", "退款多久到账", "always")


def test_a_published_entry_stays_published() -> None:
    make_entry("怎么退货", "旧")
    run(make_xlsx(("怎么退货", "新")))
    assert Entry.objects.get().status == Entry.Status.PUBLISHED


def test_an_imported_sample_becomes_the_shop_s_own() -> None:
    make_entry("怎么退货", is_sample=True)
    run(make_xlsx(("怎么退货", "新")))
    assert not Entry.objects.get().is_sample


def test_a_dry_run_counts_and_stores_nothing() -> None:
    assert run(FILE, dry_run=True) == (2, 0, 0)
    assert not Entry.objects.exists() and not Category.objects.exists() and not OrmQ.objects.exists()


def test_a_published_import_bumps_the_version_and_asks_for_vectors() -> None:
    before = current_version()
    run(FILE, publish=True)
    assert current_version() > before
    assert OrmQ.objects.count() == 1


def test_drafts_leave_every_process_its_index() -> None:
    before = current_version()
    run(FILE)
    assert (current_version(), OrmQ.objects.count()) == (before, 0)


def test_five_hundred_rows_take_less_than_three_seconds() -> None:
    content = make_xlsx(
        *((f"第{n}个问题怎么办|另一种问法{n}|再问{n}", f"答案{n}", f"一/二{n % 7}/三") for n in range(500))
    )
    started = time.perf_counter()
    assert run(content) == (500, 0, 0)
    assert time.perf_counter() - started < 3


def test_an_import_needs_few_queries(django_assert_max_num_queries: object) -> None:
    content = make_xlsx(*((f"第{n}个问题", f"答案{n}", "售后") for n in range(300)))
    with django_assert_max_num_queries(32):
        run(content)
