"""The console's files keep their promises: two complete languages and nothing that could run foreign text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conversations.models import Conversation, Order, Shipment, Ticket

ROOT = Path(__file__).resolve().parents[2]
CONSOLE = ROOT / "conversations" / "static" / "conversations" / "console"
TEMPLATE = ROOT / "templates" / "conversations" / "console.html"

WORD = re.compile(r'^  "([\w.]+)": "((?:[^"\\]|\\.)*)",$', re.MULTILINE)
USED_KEY = re.compile(r'\bt\("([\w.]+)"')
PLACE = re.compile(r"\{\w+\}")

# Each of these turns text into code or markup.
DANGEROUS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|createContextualFragment"
    r"|srcdoc|setTimeout\(\s*[\"'`]"
)
INLINE_CODE = re.compile(r"\son\w+\s*=|javascript:|\sstyle\s*=|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)


def words(language: str) -> dict[str, str]:
    return dict(WORD.findall((CONSOLE / f"words_{language}.js").read_text(encoding="utf-8")))


def scripts() -> Iterator[tuple[str, str]]:
    for path in sorted(CONSOLE.glob("*.js")):
        yield path.name, path.read_text(encoding="utf-8")


def test_both_languages_have_the_same_keys() -> None:
    chinese, english = words("zh"), words("en")

    assert len(chinese) > 100
    assert sorted(chinese) == sorted(english)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_of_words_is_left_out_of_the_comparison(language: str) -> None:
    lines = (CONSOLE / f"words_{language}.js").read_text(encoding="utf-8").splitlines()

    assert len(words(language)) == sum(line.startswith("  ") for line in lines)


def test_both_languages_fill_in_the_same_places() -> None:
    chinese, english = words("zh"), words("en")

    unequal = [key for key in chinese if set(PLACE.findall(chinese[key])) != set(PLACE.findall(english[key]))]

    assert unequal == []


def test_every_word_that_the_console_asks_for_exists() -> None:
    asked = {key for _, text in scripts() for key in USED_KEY.findall(text)}

    assert len(asked) > 50
    assert asked - set(words("en")) == set()


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("reason", Conversation.HandoffReason.values),
        ("order", Order.Status.values),
        ("parcel", Shipment.Status.values),
        ("ticket", Ticket.Status.values),
        ("alert", ["queued", "still_waiting", "assigned", "transferred", "answer_due", "set_away", "ticket_overdue"]),
        ("alert", ["agent_silent", "bad_rating"]),
        ("suggest.reason", ["exact", "meaning", "words"]),
    ],
)
def test_no_code_of_the_server_is_shown_untranslated(group: str, codes: list[str]) -> None:
    known = set(words("zh"))

    assert {f"{group}.{code}" for code in codes} - known == set()


def test_no_script_turns_text_into_code_or_markup() -> None:
    assert [(name, DANGEROUS.findall(text)) for name, text in scripts() if DANGEROUS.search(text)] == []


def test_the_page_has_no_inline_script_handler_or_style() -> None:
    assert INLINE_CODE.findall(TEMPLATE.read_text(encoding="utf-8")) == []


def test_every_imported_module_exists() -> None:
    imported = {name for _, text in scripts() for name in re.findall(r'from "\./([\w]+\.js)"', text)}

    assert {name for name in imported if not (CONSOLE / name).exists()} == set()
