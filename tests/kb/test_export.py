"""Exports: no cell that a spreadsheet would evaluate, and the way back keeps every text."""

import csv
import io

import pytest

from kb.imports import import_file
from kb.models import Entry
from kb.readers import EXPORT_FORMATS
from kb.readers.cells import guard, unguard
from kb.resources import EntryExport
from tests.factories import make_entry
from tests.kb.files import cells_of

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1", "'=1+1", "''=1", "'quoted'", "plain"]


@pytest.mark.parametrize("text", HOSTILE)
def test_guarding_is_undone_by_reading(text: str) -> None:
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", HOSTILE[:8])
def test_nothing_evaluated_begins_a_guarded_cell(text: str) -> None:
    assert guard(text).startswith("'")


def export(kind: str) -> bytes:
    return EXPORT_FORMATS[kind]().export_data(EntryExport().export())


@pytest.mark.django_db
def test_no_cell_of_a_workbook_is_a_formula() -> None:
    make_entry("=HYPERLINK(1)", "+cmd|' /C calc'!A0", external_id="@x")
    assert cells_of(export("xlsx"))[1][:3] == ["'@x", "'=HYPERLINK(1)", "'+cmd|' /C calc'!A0"]


@pytest.mark.django_db
def test_no_cell_of_a_csv_is_a_formula() -> None:
    make_entry("=1+1", "-2")
    row = list(csv.reader(io.StringIO(export("csv").decode("utf-8-sig"))))[1]
    assert row[1:3] == ["'=1+1", "'-2"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_comes_back_as_it_was(kind: str) -> None:
    make_entry("=1+1", "-2 天\n+3 天", external_id="@1", variants="'=quoted\n@home", related="=r", handoff="-h")
    before = Entry.objects.values().get()
    assert import_file(f"a.{kind}", export(kind), by=None).counts["skipped"] == 1
    assert Entry.objects.values().get() == before


@pytest.mark.django_db
def test_characters_that_a_workbook_cannot_hold_are_left_out() -> None:
    make_entry("a\x0bb", "c\x1fd")
    assert cells_of(export("xlsx"))[1][1:3] == ["ab", "cd"]


@pytest.mark.django_db
def test_an_export_needs_few_queries(django_assert_max_num_queries: object) -> None:
    for number in range(20):
        make_entry(f"question {number}")
    with django_assert_max_num_queries(6):
        export("csv")


@pytest.mark.django_db
@pytest.mark.parametrize("status", Entry.Status.values)
def test_every_status_finds_its_way_back(status: str) -> None:
    make_entry("灯泡能换吗", "可以。", status=status)
    content = export("csv")
    Entry.objects.all().delete()
    import_file("kb.csv", content, by=None)
    assert Entry.objects.get().status == status
