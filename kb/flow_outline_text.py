"""Writes a decision tree as the outline that `kb.flow_outline` reads. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kb.flow_actions import find_action, known_facts
from kb.flow_outline_words import EXPECTED_NAMES, KIND_NAMES, OPERATOR_NAMES, in_outline
from kb.flow_tree import Option, Step, Tree

_INDENT = "  "


def write_outline(tree: Tree, *, phrasings: Sequence[str] = (), description: str = "", intent: str = "") -> str:
    """The whole outline; reading it gives a tree that is walked the same way."""
    head = [f"流程：{tree.name}"]
    head += [f"说明：{' '.join(description.split())}"] if description.strip() else []
    head += [f"触发：{' | '.join(phrasings)}"] if phrasings else []
    head += [f"意图：{intent}"] if intent else []
    return "\n".join([*head, "", *_Writer(tree).lines()]) + "\n"


class _Writer:
    """Steps that several ways lead to stand at the margin under a mark; all others stand where they are come to."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        ways = Counter(way for step in tree.steps for way in _all_ways(step))
        self.marked = {key for key, count in ways.items() if count > 1}
        self.written: set[str] = set()
        self.waiting = [step.key for step in tree.steps]

    def lines(self) -> Iterator[str]:
        yield from self._chain(self.waiting[0] if self.waiting else "", 0)
        for key in self.waiting:
            if key not in self.written:
                self.marked.add(key)
                yield ""
                yield from self._chain(key, 0)

    def _chain(self, key: str, depth: int) -> Iterator[str]:
        """A step and what follows it, up to an end, a branch, or a step that stands elsewhere."""
        margin = _INDENT * depth
        while (step := self.tree.get(key)) is not None:
            if key in self.written or (depth and key in self.marked):
                yield f"{margin}→ {key}"
                return
            self.written.add(key)
            yield f"{margin}{f'[{key}] ' if key in self.marked else ''}{_line(step)}"
            if step.kind == "choose":
                for option in step.options:
                    yield from self._branch(_option_line(option), option.next, depth + 1)
                return
            if step.kind == "condition":
                for option in step.options:
                    yield from self._branch(_case_line(step, option), option.next, depth + 1)
                yield from self._branch("其他", step.next, depth + 1)
                return
            if step.kind in ("end", "hand_over"):
                return
            key = step.next

    def _branch(self, line: str, target: str, depth: int) -> Iterator[str]:
        margin = _INDENT * depth
        if target in self.marked or target in self.written:
            yield f"{margin}{line} → {target}"
            return
        yield f"{margin}{line}："
        yield from self._chain(target, depth + 1)


def _all_ways(step: Step) -> list[str]:
    """Every way out, repeats included."""
    ways = [option.next for option in step.options]
    return ways if step.kind == "choose" else [*ways, step.next] if step.kind not in ("end", "hand_over") else []


def _line(step: Step) -> str:
    text = step.text.replace("\n", "\\n")
    if step.kind == "ask":
        kind = EXPECTED_NAMES[step.config["expects"]]
        return f"询问：{text}{'（可跳过）' if step.config['is_optional'] else ''}【{step.variable}：{kind}】"
    if step.kind == "choose":
        return f"选择：{text}{f'【{step.variable}】' if step.variable else ''}"
    if step.kind == "condition":
        fact = known_facts().get(step.config["fact"])
        return f"判断：{in_outline(fact.label) if fact else step.config['fact']}"
    if step.kind == "action":
        return f"操作：{_action_words(step)}"
    return f"{KIND_NAMES[step.kind]}：{text}"


def _action_words(step: Step) -> str:
    spec, value = find_action(step.config["action"]), step.config["value"]
    name = in_outline(spec.label) if spec else step.config["action"]
    word = in_outline(dict(spec.choices).get(value, value)) if spec else value
    return f"{name}（{word}）" if word else name


def _option_line(option: Option) -> str:
    if option.keywords or option.label.endswith(("）", ")")):  # else its own parentheses would be read as other words
        return f"{option.label}（{'、'.join(option.keywords)}）"
    return option.label


def _case_line(step: Step, option: Option) -> str:
    fact = known_facts().get(step.config["fact"])
    value = in_outline(dict(fact.choices).get(option.value, option.value)) if fact else option.value
    name = OPERATOR_NAMES.get(option.operator, option.operator)  # type: ignore[call-overload]
    return f"{name} {value}".strip()
