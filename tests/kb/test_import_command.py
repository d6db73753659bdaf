"""manage.py import_kb, as the contract has it."""

import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from kb.models import Entry
from tests.kb.files import make_jsonl, make_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_child")]


@pytest.fixture(autouse=True)
def no_encoder(settings: LazySettings) -> None:
    settings.ENCODER = "off"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_bytes(make_jsonl({"id": "a1", "question": "怎么退货", "answer": "点"}))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(make_xlsx(("怎么换货", "点换货"), ("怎么维修", "")))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, object]]:
    code = 0
    try:
        call_command("import_kb", *map(str, arguments), "--json")
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_last_line_is_the_report(capsys: pytest.CaptureFixture[str], good: Path) -> None:
    code, report = run(capsys, good)
    assert code == 0
    assert report | {"seconds": 0} == {"created": 1, "updated": 0, "skipped": 0, "errors": [], "seconds": 0}


def test_a_bad_file_is_left_out_and_the_others_are_stored(
    capsys: pytest.CaptureFixture[str], good: Path, bad: Path
) -> None:
    code, report = run(capsys, bad, good)
    assert (code, report["created"]) == (1, 1)
    (error,) = report["errors"]
    assert (error["file"], error["row"]) == (str(bad), 3)
    assert list(Entry.objects.values_list("question", flat=True)) == ["怎么退货"]


def test_publish(capsys: pytest.CaptureFixture[str], good: Path) -> None:
    run(capsys, good, "--publish")
    assert Entry.objects.get().status == Entry.Status.PUBLISHED


def test_dry_run(capsys: pytest.CaptureFixture[str], good: Path) -> None:
    assert run(capsys, good, "--dry-run")[1]["created"] == 1
    assert not Entry.objects.exists()


def test_category(capsys: pytest.CaptureFixture[str], good: Path) -> None:
    run(capsys, good, "--category", "售后/退货")
    assert Entry.objects.get().category.path == "售后/退货"


def test_a_category_of_four_levels_is_refused(good: Path) -> None:
    with pytest.raises(CommandError):
        call_command("import_kb", str(good), "--category", "一/二/三/四")


def test_a_missing_file_is_an_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, report = run(capsys, tmp_path / "nowhere.csv")
    assert code == 1 and report["errors"][0]["row"] is None


def test_a_large_file_is_refused_unread(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: LazySettings
) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.truncate(settings.IMPORT_FILE_BYTES_MAX + 1)
    code, report = run(capsys, path)
    assert code == 1 and "MB" in report["errors"][0]["message"]
