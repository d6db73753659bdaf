"""What the styles of a Word document mean: headings by level, titles, tables of contents, bold."""

import re
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_TITLE_NAMES = {"title", "标题", "subtitle", "副标题"}
_CONTENTS_NAME = re.compile(r"(?:toc|目录)\s*(?:\d|heading|标题)?$", re.IGNORECASE)
_LEVELS_OF_TEXT = 9  # an outline level of 9 is body text
_OFF = ("0", "false", "off")
_BASED_ON_MAX = 20


@dataclass(frozen=True, slots=True)
class Style:
    level: int = 0
    is_title: bool = False
    is_contents: bool = False
    is_bold: bool = False


_PLAIN = Style()


class Styles:
    """Looks each style up once; python-docx would search for it at every paragraph."""

    def __init__(self, element: Any) -> None:
        self._elements = {style.get(f"{_W}styleId"): style for style in element.iterchildren(f"{_W}style")}
        self._known: dict[str | None, Style] = {None: _PLAIN}

    def of(self, paragraph: Any) -> Style:
        """The style of a paragraph; an outline level of its own goes first."""
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return _PLAIN
        named = properties.find(f"{_W}pStyle")
        style = self._look_up(named.get(f"{_W}val") if named is not None else None)
        own = _outline_level(properties)
        return Style(own, style.is_title, style.is_contents, style.is_bold) if own else style

    def is_bold(self, paragraph: Any) -> bool:
        """Whether every run with text is bold."""
        by_style = self.of(paragraph).is_bold
        runs = [run for run in paragraph.iter(f"{_W}r") if any(text.text for text in run.iterchildren(f"{_W}t"))]
        return bool(runs) and all(_is_run_bold(run, by_style) for run in runs)

    def _look_up(self, style_id: str | None) -> Style:
        if style_id not in self._known:
            self._known[style_id] = self._read(style_id)
        return self._known[style_id]

    def _read(self, style_id: str | None) -> Style:
        """A style's name or level, its own or that of the one it is based on."""
        is_bold = False
        for _step in range(_BASED_ON_MAX):
            element = self._elements.get(style_id)
            if element is None:
                break
            name = _value(element, "name")
            is_bold = is_bold or _is_on(element.find(f"{_W}rPr/{_W}b"))
            if match := _HEADING_NAME.match(name):
                return Style(level=int(match[1]))
            if name.lower() in _TITLE_NAMES:
                return Style(is_title=True)
            if _CONTENTS_NAME.match(name):
                return Style(is_contents=True)
            properties = element.find(f"{_W}pPr")
            if properties is not None and (level := _outline_level(properties)):
                return Style(level=level)
            style_id = _value(element, "basedOn") or None
        return Style(is_bold=is_bold)


def _outline_level(properties: Any) -> int:
    text = _value(properties, "outlineLvl")
    return int(text) + 1 if text.isdigit() and int(text) < _LEVELS_OF_TEXT else 0


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return str(found.get(f"{_W}val") or "") if found is not None else ""


def _is_on(element: Any) -> bool:
    return element is not None and element.get(f"{_W}val") not in _OFF


def _is_run_bold(run: Any, by_style: bool) -> bool:
    own = run.find(f"{_W}rPr/{_W}b")
    return by_style if own is None else _is_on(own)
