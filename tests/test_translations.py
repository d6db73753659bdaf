"""The Chinese catalogues: complete, in step with the source, compiled, and of one mind."""

import gettext
from collections import defaultdict

import pytest

from cs_platform.translations import (
    APPS,
    Text,
    catalogue_path,
    find_texts,
    fuzzy_texts,
    read_catalogue,
    texts_of,
)


@pytest.mark.parametrize("app", APPS)
def test_nothing_is_missing(app: str) -> None:
    assert [text for text, string in read_catalogue(app).items() if not string] == []


@pytest.mark.parametrize("app", APPS)
def test_nothing_is_fuzzy(app: str) -> None:
    assert fuzzy_texts(app) == []


@pytest.mark.parametrize("app", APPS)
def test_the_catalogue_has_what_the_source_has(app: str) -> None:
    assert set(read_catalogue(app)) == set(find_texts(app).places), "run: manage.py translations"


@pytest.mark.parametrize("app", APPS)
def test_the_compiled_catalogue_is_current(app: str) -> None:
    with catalogue_path(app).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    compiled.pop("", None)
    assert set(compiled.values()) == set(read_catalogue(app).values()), "run: manage.py translations"


def test_one_text_has_one_translation() -> None:
    known: dict[Text, set[str]] = defaultdict(set)
    for app in APPS:
        for text, string in read_catalogue(app).items():
            known[text].add(string)
    assert {text: strings for text, strings in known.items() if len(strings) > 1} == {}


@pytest.mark.parametrize("app", APPS)
def test_placeholders_survive_translation(app: str) -> None:
    for text, string in read_catalogue(app).items():
        wanted = {part.split(")")[0] for part in text.singular.split("%(")[1:]}
        assert wanted == {part.split(")")[0] for part in string.split("%(")[1:]}, text


@pytest.mark.parametrize("app", APPS)
def test_the_header_names_nobody_and_no_date(app: str) -> None:
    header = catalogue_path(app).read_text(encoding="utf-8").split("\n\n")[0] + "\n"
    assert not {"Last-Translator", "POT-Creation-Date", "Project-Id-Version"} & {
        line.strip('"').split(":")[0] for line in header.splitlines()
    }


def test_texts_of_python_and_templates_are_found(tmp_path: object) -> None:
    module, page = tmp_path / "a.py", tmp_path / "a.html"
    module.write_text('_("one") ; ngettext("%(n)s two", "%(n)s twos", n); pgettext("menu", "three")')
    page.write_text(
        '{% translate "four (4)" %} {% blocktranslate count n=n %}a {{ n }}{% plural %}b{% endblocktranslate %}'
    )
    assert set(texts_of(module)) == {Text("one"), Text("%(n)s two", "%(n)s twos"), Text("three", context="menu")}
    assert set(texts_of(page)) == {Text("four (4)"), Text("a %(n)s", "b")}
