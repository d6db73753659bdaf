"""The numbers that Word puts before list items: they stand in no paragraph and have to be counted."""

from collections import defaultdict
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BULLET = "• "
_LEVELS = 9


class Lists:
    """Counts items per list and level, as they come."""

    def __init__(self, part: Any) -> None:
        self._formats = _formats(part)
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * _LEVELS)
        self._by_style = _numbered_styles(part)

    def label(self, paragraph: Any) -> str:
        """“1. ”, “• ”, or nothing for a paragraph that is no list item."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return ""
        numbering = properties.find(f"{_W}numPr")
        if numbering is None:
            style = properties.find(f"{_W}pStyle")
            numbering = self._by_style.get(style.get(f"{_W}val")) if style is not None else None
        if numbering is None:
            return ""
        number, level = _value(numbering, "numId"), min(int(_value(numbering, "ilvl") or 0), _LEVELS - 1)
        if not number or number == "0":
            return ""
        counts = self._counts[number]
        counts[level] += 1
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        return _BULLET if self._formats.get((number, level), "bullet") in ("bullet", "none") else f"{counts[level]}. "


def _formats(part: Any) -> dict[tuple[str, int], str]:
    """The format of each list and level; empty for a document without lists."""
    root = _numbering_root(part)
    if root is None:
        return {}
    abstract: dict[str, dict[int, str]] = {}
    for one in root.iterchildren(f"{_W}abstractNum"):
        levels = one.iterchildren(f"{_W}lvl")
        abstract[str(one.get(f"{_W}abstractNumId"))] = {
            int(level.get(f"{_W}ilvl") or 0): _value(level, "numFmt") for level in levels
        }
    found: dict[tuple[str, int], str] = {}
    for one in root.iterchildren(f"{_W}num"):
        for level, form in abstract.get(_value(one, "abstractNumId"), {}).items():
            found[str(one.get(f"{_W}numId")), level] = form
    return found


def _numbering_root(part: Any) -> Any | None:
    for relation in part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            return relation.target_part.element
    return None


def _numbered_styles(part: Any) -> dict[str | None, Any]:
    """Styles such as “List Number” that make their paragraphs items."""
    styles = part.styles.element.iterchildren(f"{_W}style")
    found = ((style.get(f"{_W}styleId"), style.find(f"{_W}pPr/{_W}numPr")) for style in styles)
    return {name: numbering for name, numbering in found if numbering is not None}


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return str(found.get(f"{_W}val") or "") if found is not None else ""
