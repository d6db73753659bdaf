"""The picture of a decision tree: boxes, pills and lines ready to be drawn, and the same in words. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kb.flow_actions import find_action, known_facts
from kb.flow_layout import Box, Placed, Route, lay_out
from kb.flow_tree import Option, Step, Tree
from kb.models import FlowStep

_LINE_UNITS = 26  # of half a Chinese character each
_LINES_MAX = 3
_UNIT = 6.6
_UNBROKEN = re.compile(r"[!-~]{1,20}|.", re.DOTALL)  # numbers, words and variables stay whole
_NEVER_LAST = "（《“‘(["
_NEVER_FIRST = "，。、；：？！）》”’…,.;:?!)"
_WIDTH = 204.0
_LINE_HEIGHT = 18.0
_PILL_HEIGHT = 24.0


@dataclass(frozen=True, slots=True)
class Shape:
    """One box: a step, or a pill with the words of a way on (`step` is "" then)."""

    place: Placed
    kind: str
    title: str
    lines: tuple[tuple[float, str], ...]  # baseline and text
    number: int = 0
    step: str = ""
    is_wrong: bool = False

    @property
    def center(self) -> float:
        return round(self.place.middle, 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything to draw. `words` tell the same: number, kind, text, and where each way leads."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    lines: tuple[str, ...]  # paths
    words: tuple[str, ...]


def draw(tree: Tree, *, wrong: frozenset[str] = frozenset()) -> Picture:
    """The picture of a tree; steps in `wrong` are marked."""
    boxes: list[Box] = []
    edges: list[tuple[str, str]] = []
    texts: dict[str, list[str]] = {}
    for step in tree.steps:
        texts[step.key] = _wrap(text_of(step))
        boxes.append(Box(step.key, _WIDTH, 26 + _LINE_HEIGHT * len(texts[step.key]) + 8))
        for place, (words, target) in enumerate(ways_of(step)):
            if not words:
                edges.append((step.key, target))
                continue
            pill = f"{step.key}\t{place}"
            texts[pill] = [_cut(words, _LINE_UNITS)]
            boxes.append(Box(pill, max(40.0, _units(texts[pill][0]) * _UNIT + 22), _PILL_HEIGHT))
            edges += [(step.key, pill), (pill, target)]
    layout = lay_out(boxes, edges)
    numbers = {step.key: number for number, step in enumerate(tree.steps, start=1)}
    shapes = tuple(_shape(place, tree, texts, numbers, wrong) for place in layout.boxes)
    return Picture(
        round(layout.width), round(layout.height), shapes, tuple(map(_path, layout.routes)), words_of(tree, numbers)
    )


def words_of(tree: Tree, numbers: dict[str, int]) -> tuple[str, ...]:
    """The tree for those who do not see it: a line a step."""
    told: list[str] = []
    for number, step in enumerate(tree.steps, start=1):
        ways = [
            f"{words} → {numbers[target]}" if words else f"→ {numbers[target]}"
            for words, target in ways_of(step)
            if target in numbers
        ]
        kind = FlowStep.Kind(step.kind).label
        told.append(f"{number}. {kind}：{text_of(step)}{'（' + '；'.join(ways) + '）' if ways else ''}")
    return tuple(told)


def text_of(step: Step) -> str:
    """What a step is about, in one line."""
    if step.kind == "condition":
        fact = known_facts().get(step.config["fact"])
        return str(fact.label) if fact else step.config["fact"]
    if step.kind == "action":
        spec, value = find_action(step.config["action"]), step.config["value"]
        name = str(spec.label) if spec else ""
        word = str(dict(spec.choices).get(value, value)) if spec else value
        return f"{name}：{word}" if word else name
    return " ".join(step.text.split()) or str(FlowStep.Kind(step.kind).label)


def ways_of(step: Step) -> list[tuple[str, str]]:
    """The ways on with their words; "" where there is only one."""
    if step.kind == "choose":
        return [(option.label, option.next) for option in step.options if option.next]
    if step.kind == "condition":
        return [*((case_words(step, option), option.next) for option in step.options), (_("otherwise"), step.next)]
    return [("", step.next)] if step.next else []


def case_words(step: Step, option: Option) -> str:
    """“at most 7”, or the bare value that it must be."""
    fact = known_facts().get(step.config["fact"])
    value = str(dict(fact.choices).get(option.value, option.value)) if fact else option.value
    return value if option.operator == "is" else f"{operator_labels().get(option.operator, '')} {value}".strip()


def operator_labels() -> dict[str, str]:
    """Comparisons as managers read them."""
    return {
        "is": _("is"),
        "is_not": _("is not"),
        "at_most": _("at most"),
        "at_least": _("at least"),
        "contains": _("contains"),
        "known": _("is known"),
    }


def _shape(
    place: Placed, tree: Tree, texts: dict[str, list[str]], numbers: dict[str, int], wrong: frozenset[str]
) -> Shape:
    step = tree.get(place.name)
    lines = texts[place.name]
    if step is None:
        return Shape(place, "way", "", ((round(place.y + 16.5, 1), lines[0]),))
    baselines = (round(place.y + 40 + _LINE_HEIGHT * row, 1) for row in range(len(lines)))
    return Shape(
        place,
        step.kind,
        f"{numbers[step.key]}  {FlowStep.Kind(step.kind).label}",
        tuple(zip(baselines, lines, strict=True)),
        numbers[step.key],
        step.key,
        step.key in wrong,
    )


def _path(route: Route) -> str:
    """A line that leaves and arrives upright."""
    if route.is_back:
        return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in route.points)
    (x, y), *rest = route.points
    path = f"M{x:.1f} {y:.1f}"
    for to_x, to_y in rest:
        half = (to_y - y) / 2
        path += f" C{x:.1f} {y + half:.1f} {to_x:.1f} {to_y - half:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    return path


def _units(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _cut(text: str, units: int) -> str:
    if _units(text) <= units:
        return text
    kept = ""
    for mark in text:
        if _units(kept + mark) > units - 2:
            break
        kept += mark
    return f"{kept}…"


def _wrap(text: str) -> list[str]:
    lines, line = [], ""
    for mark in _UNBROKEN.findall(text):
        if _units(line + mark) > _LINE_UNITS and mark[0] not in _NEVER_FIRST:
            kept = line.rstrip(_NEVER_LAST) or line
            lines.append(kept.rstrip())
            line = line[len(kept) :].lstrip()
        line += mark
    lines.append(line)
    if len(lines) > _LINES_MAX:
        lines = [*lines[: _LINES_MAX - 1], _cut("".join(lines[_LINES_MAX - 1 :]), _LINE_UNITS)]
    return lines
