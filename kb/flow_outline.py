"""A decision tree written as an outline, as managers write processes in Word: one step a line, branches indented.

    流程：退货
    触发：我要退货 | 怎么退货
    询问：请把订单号发给我。【订单号：订单】（可跳过）
    选择：退货的原因是？【原因】
      质量问题（坏了、破损）：
        询问：请拍张照片。【照片：照片】（可跳过）
      不喜欢（不合适）→ 登记
    [登记] 操作：创建工单（退货）
    判断：签收天数 不超过 7
      是：
        结束：已登记，编号 {ticket}。
      否：
        转人工：我请同事来看。

What follows a branch that does not end is the next line further out. Pure; `kb.flow_outline_text` writes it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from kb.flow_actions import known_actions
from kb.flow_checks import Problem, check_tree
from kb.flow_outline_words import (
    ARROWS,
    ELSE,
    EXPECTED_WORDS,
    HEADS,
    KIND_NAMES,
    KIND_WORDS,
    NO,
    OPTIONAL,
    YES,
    read_test,
    spellings,
)
from kb.flow_tree import Kind, Option, Step, Tree, config_for, split_keywords

LINES_MAX = 1_000
NESTED_MAX = 40
TEXT_MAX = 2_000

_NUMBERING = re.compile(r"^(?:第[一二三四五六七八九十\d]+步[：:、.\s]*|[（(]?\d{1,3}[.、)）](?!\d)\s*|[-•·*▪●○]\s*)")
_MARK = re.compile(r"^\[([^\[\]]{1,40})\]\s*")
_VARIABLE = re.compile(r"[【]([^【】]{1,60})[】]")
_PARENTHESES = re.compile(r"[（(]([^（）()]*)[）)]\s*$")
_ARROW = re.compile(rf"(?:{'|'.join(ARROWS)})\s*\[?([^\[\]]{{1,40}}?)\]?\s*[。.]?$")
_IF = re.compile(r"^(?:如果|若|if)\s*(.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: its number in the document, how far it is indented, what it says."""

    number: int
    indent: int
    text: str


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One paragraph to mend."""

    number: int
    message: str


@dataclass(frozen=True, slots=True)
class Outline:
    """What an outline says. With `problems` the tree is what could be read of it."""

    tree: Tree
    phrasings: tuple[str, ...] = ()
    description: str = ""
    intent: str = ""
    problems: tuple[LineProblem, ...] = ()


@dataclass(slots=True)
class _Node:
    """A step before it is linked. A `jump` is no step: it names the one that follows."""

    line: Line
    key: str
    kind: str
    text: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    branches: "list[_Branch]" = field(default_factory=list)
    next: str = ""


@dataclass(slots=True)
class _Branch:
    option: Option
    is_else: bool = False
    block: list[_Node] = field(default_factory=list)


def lines_of_text(text: str) -> list[Line]:
    """The paragraphs of a plain text; a tab counts as four blanks."""
    rows = text.replace("\t", "    ").replace("\u3000", "  ").splitlines()
    return [
        Line(number, len(row) - len(row.lstrip()), row.strip()) for number, row in enumerate(rows, 1) if row.strip()
    ]


def read_outline(lines: Sequence[Line], *, name: str = "") -> Outline:
    """The tree of an outline; never raises for what a document may say. `name` is used when it gives none."""
    return _Reader(lines, name).read()


class _Reader:
    def __init__(self, lines: Sequence[Line], name: str) -> None:
        self.head: dict[str, str] = {"name": name}
        self.lines = [replace(line, text=_NUMBERING.sub("", line.text).strip()) for line in lines[:LINES_MAX]]
        self.problems: list[LineProblem] = []
        if len(lines) > LINES_MAX:
            self._complain(lines[LINES_MAX], _("An outline has at most %(limit)s lines.") % {"limit": LINES_MAX})
        self.variables: list[str] = []
        self.steps: dict[str, tuple[Step, Line]] = {}
        self.place = 0
        self.depth = 0

    def read(self) -> Outline:
        self._read_head()
        block = self._block(-1)
        self._link(block, "")
        tree = Tree(self.head["name"][:100], tuple(step for step, _line in self._in_order()))
        self.problems += [self._at(problem) for problem in check_tree(tree)]
        self.problems.sort(key=lambda problem: problem.number)
        phrasings = re.split(r"[|｜\n]", self.head.get("phrasings", ""))
        return Outline(
            tree,
            tuple(text.strip() for text in phrasings if text.strip()),
            self.head.get("description", ""),
            self.head.get("intent", ""),
            tuple(dict.fromkeys(self.problems)),
        )

    # --- Lines to nodes

    def _read_head(self) -> None:
        """The name and so on; a document that begins with a bare title is called that."""
        if self.lines and _is_title(self.lines[0].text):
            self.head["name"] = self.lines[0].text
            self.place = 1
        while self.place < len(self.lines):
            word, colon, rest = _split_colon(self.lines[self.place].text)
            head = HEADS.get(word) if colon else None
            if head is None:
                return
            self.head[head] = rest
            self.place += 1

    def _peek(self, further_than: int) -> Line | None:
        line = self.lines[self.place] if self.place < len(self.lines) else None
        return line if line is not None and line.indent > further_than else None

    def _block(self, outside: int) -> list[_Node]:
        """The steps that are indented further than `outside`."""
        nodes: list[_Node] = []
        self.depth += 1
        while (line := self._peek(outside)) is not None:
            self.place += 1
            if self.depth > NESTED_MAX:
                self._complain(line, _("Branches may lie %(limit)s deep.") % {"limit": NESTED_MAX})
            elif (node := self._node(line)) is not None:
                nodes.append(node)
        self.depth -= 1
        return nodes

    def _node(self, line: Line) -> _Node | None:
        text, mark = line.text, ""
        if match := _MARK.match(text):
            mark, text = match[1].strip(), text[match.end() :]
        key = mark or f"s{line.number}"
        if (target := _whole_arrow(text)) is not None:
            return _Node(line, key, "jump", next=target)
        if match := _IF.match(text):
            return self._ifs(line, key, match[1])
        word, colon, rest = _split_colon(text)
        kind = KIND_WORDS.get(word.lower())
        if kind is None or not (colon or kind in ("hand_over", "end")):
            words = "、".join(KIND_NAMES.values())
            self._complain(line, _("A line begins with one of these words and a colon: %(words)s.") % {"words": words})
            return None
        node = _Node(line, key, kind, rest[:TEXT_MAX].replace("\\n", "\n"))
        _FILL[kind](self, node)
        return node

    def _fill_ask(self, node: _Node) -> None:
        node.text, name, kind = self._take_variable(node)
        is_optional = False
        if (match := _PARENTHESES.search(node.text)) and match[1].strip() in OPTIONAL:
            node.text, is_optional = node.text[: match.start()].rstrip(), True
        expects = EXPECTED_WORDS.get(kind, "")
        if kind and not expects:
            self._complain(node.line, _("“%(kind)s” is no kind of answer.") % {"kind": kind})
        node.config = config_for("ask", {"variable": name, "expects": expects or "text", "is_optional": is_optional})

    def _fill_choose(self, node: _Node) -> None:
        node.text, name, _kind = self._take_variable(node)
        node.config = config_for("choose", {"variable": name})
        for line in self._children(node.line):
            text, target = _cut_arrow(line.text)
            label, _colon, rest = _split_colon(text)
            if rest:
                self._complain(line, _("What happens after “%(label)s” stands in the next line.") % {"label": label})
            keywords: tuple[str, ...] = ()
            if match := _PARENTHESES.search(label):
                keywords, label = split_keywords(match[1]), label[: match.start()]
            option = Option(target, label.strip()[:100], keywords)
            node.branches.append(_Branch(option, block=self._block(line.indent)))

    def _fill_condition(self, node: _Node) -> None:
        fact, operator, value = read_test(node.text, self.variables)
        node.text, node.config = "", config_for("condition", {"fact": fact})
        for line in self._children(node.line):
            text, target = _cut_arrow(line.text)
            case = text.rstrip("：: ")
            if operator:
                is_else = case in NO
                if not is_else and case not in YES:
                    self._complain(line, _("Below a whole condition stand “是：” and “否：” only."))
                option = Option(target, operator=operator, value=value)
            else:
                is_else = case in ELSE
                _fact, one, wanted = read_test(f"{fact} {case}", self.variables)
                option = Option(target, operator=one or "is", value=wanted if one else case)
            node.branches.append(_Branch(option, is_else, self._block(line.indent)))

    def _ifs(self, line: Line, key: str, rest: str) -> _Node:
        """如果 A → x and what follows below it as 如果 B → y and 否则 → z, about one and the same fact."""
        node = _Node(line, key, "condition")
        current: Line | None = line
        while current is not None:
            text, target = _cut_arrow(rest)
            fact, operator, value = read_test(text.rstrip("：:，, "), self.variables)
            node.config = node.config or config_for("condition", {"fact": fact})
            option = Option(target, operator=operator or "known", value=value)
            node.branches.append(_Branch(option, False, self._block(current.indent)))
            current, rest = self._next_if(line.indent, fact)
        self._else(node, line.indent)
        return node

    def _next_if(self, indent: int, fact: str) -> tuple[Line | None, str]:
        line = self._peek(indent - 1)
        match = _IF.match(line.text) if line is not None and line.indent == indent else None
        if line is None or match is None or read_test(match[1], self.variables)[0] != fact:
            return None, ""
        self.place += 1
        return line, match[1]

    def _else(self, node: _Node, indent: int) -> None:
        line = self._peek(indent - 1)
        if line is None or line.indent != indent:
            return
        text, target = _cut_arrow(line.text)
        if text.rstrip("：:，, ") in ELSE:
            self.place += 1
            node.branches.append(_Branch(Option(target), True, self._block(indent)))

    def _fill_action(self, node: _Node) -> None:
        text, value = node.text, ""
        if match := _PARENTHESES.search(text):
            text, value = text[: match.start()].strip(), match[1].strip()
        spec = next((one for one in known_actions() if text in {one.name, *spellings(one.label)}), None)
        if spec is None:
            self._complain(node.line, _("“%(name)s” is nothing that can be done here.") % {"name": text})
        elif spec.choices:
            value = next((key for key, label in spec.choices if value in {key, *spellings(label)}), value)
        node.text, node.config = "", config_for("action", {"action": spec.name if spec else "", "value": value})

    def _fill_plain(self, node: _Node) -> None:
        """Only says something."""

    def _children(self, parent: Line) -> Iterator[Line]:
        """The lines right below a branching step; each is taken when the one before has its own block."""
        first = self._peek(parent.indent)
        while first is not None and (line := self._peek(parent.indent)) is not None:
            if line.indent > first.indent:
                self._complain(line, _("This line is indented further than those beside it."))
            self.place += 1
            yield line

    def _take_variable(self, node: _Node) -> tuple[str, str, str]:
        """The text without 【name：kind】, the name and the kind."""
        match = _VARIABLE.search(node.text)
        if match is None:
            return node.text, "", ""
        name, _colon, kind = _split_colon(match[1])
        self.variables.append(name)
        return (node.text[: match.start()] + node.text[match.end() :]).strip(), name, kind

    # --- Nodes to steps

    def _link(self, block: Sequence[_Node], following: str) -> str:
        """Makes steps of a block; returns where it begins: the step that `following` names when it is empty."""
        for node in reversed(block):
            if node.kind == "jump":
                following = node.next
                continue
            options: list[Option] = []
            otherwise = following
            for branch in node.branches:
                target = self._link(branch.block, branch.option.next or following)
                if branch.is_else:
                    otherwise = target
                else:
                    options.append(replace(branch.option, next=target))
            step = Step(
                node.key,
                _kind(node.kind),
                node.text,
                "" if node.kind in ("choose", "end", "hand_over") else otherwise,
                node.config,
                tuple(options),
            )
            if node.key in self.steps:
                self._complain(node.line, _("Two steps have the mark “%(key)s”.") % {"key": node.key})
            self.steps[node.key] = (step, node.line)
            following = node.key
        return following

    def _in_order(self) -> list[tuple[Step, Line]]:
        return sorted(self.steps.values(), key=lambda pair: pair[1].number)

    def _at(self, problem: Problem) -> LineProblem:
        place = self.steps.get(problem.step)
        return LineProblem(place[1].number if place else 1, problem.message)

    def _complain(self, line: Line, message: str) -> None:
        self.problems.append(LineProblem(line.number, message))


_FILL = {
    "ask": _Reader._fill_ask,
    "choose": _Reader._fill_choose,
    "condition": _Reader._fill_condition,
    "action": _Reader._fill_action,
    "say": _Reader._fill_plain,
    "hand_over": _Reader._fill_plain,
    "end": _Reader._fill_plain,
}


def _kind(word: str) -> Kind:
    return word  # type: ignore[return-value]


def _split_colon(text: str) -> tuple[str, str, str]:
    """What stands before and after the first colon of either width."""
    match = re.search(r"[：:]", text)
    if match is None:
        return text.strip(), "", ""
    return text[: match.start()].strip(), match[0], text[match.end() :].strip()


def _is_title(text: str) -> bool:
    word, colon, _rest = _split_colon(text)
    is_step = word.lower() in KIND_WORDS or _IF.match(text) or _MARK.match(text) or _ARROW.search(text)
    return bool(text) and not colon and not is_step


def _whole_arrow(text: str) -> str | None:
    match = _ARROW.match(text)
    return match[1].strip() if match else None


def _cut_arrow(text: str) -> tuple[str, str]:
    """A line without the “→ mark” at its end, and the mark."""
    match = _ARROW.search(text)
    return (text[: match.start()].rstrip("：:，, "), match[1].strip()) if match else (text, "")
