"""The widget keeps its promises to the sites that embed it: small, one file, bilingual, nothing that runs text."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "conversations" / "static" / "conversations"
WIDGET = STATIC / "widget.js"
PAGES = [ROOT / "templates" / "conversations" / name for name in ("chat.html", "shop.html")]

GZIP_BYTES_MAX = 36 * 1024

TABLE = re.compile(r"^    (zh|en): \{\n(.*?)^    \},$", re.MULTILINE | re.DOTALL)
WORD = re.compile(r'^      (\w+): "((?:[^"\\]|\\.)*)",$', re.MULTILINE)
USED_KEY = re.compile(r'\bt\("(\w+)"')
PLACE = re.compile(r"\{\w+\}")

# Each of these turns text into markup or code, or is refused by a strict Content-Security-Policy.
DANGEROUS = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "srcdoc",
    "eval(",
    "new Function",
    "postMessage",
    "new Image",
    'setAttribute("style"',
)
REMOTE_LOAD = re.compile(r"@import|\burl\(|^import\b|\bimport\(|\brequire\(", re.MULTILINE)
INLINE_CODE = re.compile(r"\son\w+\s*=|javascript:|\sstyle\s*=|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)


@pytest.fixture(scope="module")
def source() -> str:
    return WIDGET.read_text(encoding="utf-8")


def words(source: str) -> dict[str, dict[str, str]]:
    return {language: dict(WORD.findall(rows)) for language, rows in TABLE.findall(source)}


def test_widget_fits_its_size_budget() -> None:
    assert len(gzip.compress(WIDGET.read_bytes(), 9)) <= GZIP_BYTES_MAX


def test_both_languages_have_the_same_words(source: str) -> None:
    tables = words(source)
    assert len(tables["zh"]) > 50
    assert tables["zh"].keys() == tables["en"].keys()


def test_both_languages_fill_in_the_same_values(source: str) -> None:
    tables = words(source)
    for key, chinese in tables["zh"].items():
        assert sorted(PLACE.findall(chinese)) == sorted(PLACE.findall(tables["en"][key])), key


def test_every_word_asked_for_exists(source: str) -> None:
    assert set(USED_KEY.findall(source)) <= words(source)["zh"].keys()


def test_no_word_is_empty(source: str) -> None:
    assert [key for table in words(source).values() for key, text in table.items() if not text.strip()] == []


@pytest.mark.parametrize("means", DANGEROUS)
def test_widget_has_no_way_to_run_text(source: str, means: str) -> None:
    assert means not in source


def test_widget_loads_nothing_else(source: str) -> None:
    assert REMOTE_LOAD.findall(source) == []


def test_pictures_come_from_the_own_host_only(source: str) -> None:
    assert re.findall(r'el\("img", \{ src: (\w+)', source) == ["address"]
    assert source.count("picture(address, ") == 4  # its definition, and three callers that got it from ownAddress
    assert "return url.origin === HOST ? url.href : null;" in source


def test_links_in_messages_tell_the_other_site_nothing(source: str) -> None:
    assert 'rel: "noopener noreferrer nofollow ugc"' in source


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_with_the_widget_hold_no_inline_code(page: Path) -> None:
    assert INLINE_CODE.findall(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_embed_the_widget_with_the_one_line(page: Path) -> None:
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if "/widget.js" in line]
    assert len(lines) == 1
    assert '<script async src="/widget.js" data-channel="{{ channel.key }}"' in lines[0]
