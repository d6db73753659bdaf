"""Translations kept in step with the source: texts found by reading it, one catalogue per app, compiled and committed.

Needs Babel, which only developers install.
"""

import ast
import gettext
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TypeGuard

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "zh_Hans"
HOME = "cs_platform"  # project templates and other people's texts go into this app's catalogue
APPS = (HOME, "kb", "routing", "conversations", "marketing", "reports")
# Packages whose texts reach our users; what neither they nor Django have in Chinese, we translate.
FOREIGN = (
    "unfold",
    "tree_queries",
    "django_q",
    "import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.forms",
    "django.db.models",
)
CHINESE_ALREADY = (
    "django.conf",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.humanize",
    "django_q",
    "import_export",
)
# Foreign texts that have a Chinese translation, but one that no user of such software would write.
REWORDED = {
    "%(model_name)s with this %(field_label)s already exists.",
    "%(model_name)s with this %(field_labels)s already exists.",
    " By %(filter_title)s ",
    "Log out",
    "This object doesn’t have a change history. It probably wasn’t added via this admin site.",
    "View site",
}
_HEADERS = [
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Language", LANGUAGE),
    ("Plural-Forms", "nplurals=1; plural=0;"),
]
# Name of the function: how many arguments are text, and whether the first is a context.
_CALLS = {
    name + ending: shape
    for ending in ("", "_lazy", "_noop")
    for name, shape in {"gettext": (1, False), "ngettext": (2, False), "pgettext": (2, True)}.items()
} | {"_": (1, False), "npgettext": (3, True), "npgettext_lazy": (3, True)}
# Docstrings below these decorators are shown to people: definitions of figures.
_SHOWN_DOCSTRINGS = {"figure", "rate"}


@dataclass(frozen=True)
class Text:
    """One text of the source; `plural` is empty for most."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def msgid(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


@dataclass
class Found:
    """Where each text of an app stands: file names only, so that a moved line changes nothing."""

    places: dict[Text, set[str]] = field(default_factory=dict)

    def add(self, texts: Iterable[Text], place: str) -> None:
        for text in texts:
            self.places.setdefault(text, set()).add(place)


class PlainCatalog(Catalog):
    """A catalogue whose header names nobody and no moment, so that it changes only with its texts."""

    mime_headers = property(lambda self: _HEADERS, lambda self, value: None)


def catalogue_path(app: str) -> Path:
    return settings.BASE_DIR / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def find_texts(app: str) -> Found:
    """Every text of an app, with the project's templates and foreign texts in the home app."""
    found = Found()
    root = settings.BASE_DIR
    places = [root / app, *([root / "templates"] if app == HOME else [])]
    for path in sorted(file for place in places for file in place.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
            found.add(texts_of(path), path.relative_to(root).as_posix())
    if app == HOME:
        for package, text in foreign_texts():
            if text not in found.places:
                found.add([text], package)
    return found


def texts_of(path: Path) -> Iterator[Text]:
    """The texts of a Python file or a template."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _texts_in(ast.parse(source))
        return
    code = templatize(source, origin=str(path))
    for call in _calls_in(code):
        yield from _texts_in(call)


def foreign_texts() -> Iterator[tuple[str, Text]]:
    """Texts of packages that no installed catalogue has in Chinese."""
    known = _chinese_already()
    for package in FOREIGN:
        for path in sorted(_folder(package).rglob("*")):
            if path.suffix in {".py", ".html"} and not {"migrations", "locale", "tests"} & set(path.parts):
                wanted = (text for text in texts_of(path) if _key(text) not in known or text.singular in REWORDED)
                yield from ((package, text) for text in wanted)


def read_catalogue(app: str) -> dict[Text, str]:
    """The texts of an app's catalogue with their translations, empty where one is missing."""
    path = catalogue_path(app)
    if not path.exists():
        return {}
    return {
        _text_of(message): _translation_of(message)
        for message in read_po(BytesIO(path.read_bytes()), locale=LANGUAGE)
        if message.id
    }


def fuzzy_texts(app: str) -> list[str]:
    catalogue = read_po(BytesIO(catalogue_path(app).read_bytes()), locale=LANGUAGE)
    return [str(message.id) for message in catalogue if message.id and message.fuzzy]


def update_catalogue(app: str, translations: dict[Text, str]) -> Catalog:
    """The catalogue of what stands in the source now; translations are kept, texts that are gone go."""
    catalogue = PlainCatalog(locale=LANGUAGE, header_comment="", fuzzy=False)
    for text, places in find_texts(app).places.items():
        string = translations.get(text, "")
        catalogue.add(
            text.msgid,
            (string,) if text.plural else string,
            locations=[(place, 0) for place in sorted(places)],
            context=text.context or None,
            flags=["python-format"] if "%(" in text.singular else [],
        )
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False)
    return out.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _calls_in(code: str) -> Iterator[ast.AST]:
    """The translation calls that Django writes in place of a template's tags, among blanked-out text."""
    for name in _CALLS:
        start = 0
        while (start := code.find(f" {name}(", start)) >= 0:
            end = start
            while (end := code.find(")", end + 1)) >= 0:
                try:
                    yield ast.parse(code[start + 1 : end + 1], mode="eval")
                except SyntaxError:
                    continue  # this bracket stands inside the text
                break
            start += 1


def _texts_in(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (shape := _CALLS.get(_name_of(node.func))):
            count, has_context = shape
            values = [str(arg.value) for arg in node.args[:count] if _is_text(arg)]
            if len(values) == count:
                context = values.pop(0) if has_context else ""
                yield Text(values[0], values[1] if len(values) > 1 else "", context)
        elif isinstance(node, ast.FunctionDef) and (shown := _shown_docstring(node)):
            yield Text(shown)


def _shown_docstring(node: ast.FunctionDef) -> str:
    names = {_name_of(one.func) for one in node.decorator_list if isinstance(one, ast.Call)}
    return " ".join((ast.get_docstring(node) or "").split()) if names & _SHOWN_DOCSTRINGS else ""


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(package)
    return Path(spec.submodule_search_locations[0])


def _chinese_already() -> set[object]:
    known: set[object] = set()
    for package in CHINESE_ALREADY:
        path = _folder(package) / "locale" / LANGUAGE / "LC_MESSAGES" / "django.mo"
        with path.open("rb") as file:
            known |= set(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    return known


def _key(text: Text) -> object:
    """The text as a compiled catalogue names it."""
    name = f"{text.context}\x04{text.singular}" if text.context else text.singular
    return (name, 0) if text.plural else name


def _text_of(message: object) -> Text:
    ids = message.id if isinstance(message.id, list | tuple) else (message.id, "")  # type: ignore[attr-defined]
    return Text(ids[0], ids[1], message.context or "")  # type: ignore[attr-defined]


def _translation_of(message: object) -> str:
    string = message.string  # type: ignore[attr-defined]
    return string[0] if isinstance(string, list | tuple) else string
