"""A decision tree as plain values: what managers draw, what is published, what is walked. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict, cast

Kind = Literal["say", "ask", "choose", "condition", "action", "hand_over", "end"]
Expected = Literal["text", "number", "order", "phone_ending", "photo"]
Operator = Literal["is", "is_not", "at_most", "at_least", "contains", "known"]

KINDS: tuple[Kind, ...] = ("say", "ask", "choose", "condition", "action", "hand_over", "end")
EXPECTED: tuple[Expected, ...] = ("text", "number", "order", "phone_ending", "photo")
OPERATORS: tuple[Operator, ...] = ("is", "is_not", "at_most", "at_least", "contains", "known")
LAST: frozenset[str] = frozenset({"hand_over", "end"})
BRANCHING: frozenset[str] = frozenset({"choose", "condition"})
WAITING: frozenset[str] = frozenset({"ask", "choose"})


class AskConfig(TypedDict):
    """What is asked for, under which name it is kept, and whether the customer may go on without."""

    variable: str
    expects: Expected
    is_optional: bool


class ChooseConfig(TypedDict):
    """Under which name the choice is kept."""

    variable: str


class ConditionConfig(TypedDict):
    """Which fact, or which answer of the customer, decides."""

    fact: str


class ActionConfig(TypedDict):
    """Which action of the registry, with which value."""

    action: str
    value: str


class NoConfig(TypedDict):
    """Steps that only say something."""


Config = AskConfig | ChooseConfig | ConditionConfig | ActionConfig | NoConfig


@dataclass(frozen=True, slots=True)
class Option:
    """One way on: of a choice by `label` and `keywords`, of a condition by `operator` and `value`."""

    next: str = ""
    label: str = ""
    keywords: tuple[str, ...] = ()
    operator: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `next` is where it goes on; of a condition, where nothing else holds."""

    key: str
    kind: Kind
    text: str = ""
    next: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()

    @property
    def variable(self) -> str:
        return str(self.config.get("variable", ""))

    @property
    def ways(self) -> tuple[str, ...]:
        """The marks of all steps that may follow, without repeats."""
        targets = [option.next for option in self.options]
        if self.kind not in LAST and self.kind != "choose":
            targets.append(self.next)
        return tuple(dict.fromkeys(target for target in targets if target))


@dataclass(frozen=True, slots=True)
class Tree:
    """Steps in the order in which they are shown; the first one is where a walk begins."""

    name: str
    steps: tuple[Step, ...]

    def get(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of all that is asked, in order."""
        return tuple(dict.fromkeys(step.variable for step in self.steps if step.variable))

    def reachable(self) -> set[str]:
        """Marks of the steps that a walk may come to."""
        seen: set[str] = set()
        waiting = [self.steps[0].key] if self.steps else []
        while waiting:
            key = waiting.pop()
            if key in seen or (step := self.get(key)) is None:
                continue
            seen.add(key)
            waiting += step.ways
        return seen


def config_for(kind: str, raw: Mapping[str, Any]) -> Config:
    """The closed shape that belongs to a kind, whatever else `raw` holds."""
    if kind == "ask":
        expects = raw.get("expects")
        return AskConfig(
            variable=str(raw.get("variable", ""))[:40],
            expects=cast(Expected, expects if expects in EXPECTED else "text"),
            is_optional=bool(raw.get("is_optional")),
        )
    if kind == "choose":
        return ChooseConfig(variable=str(raw.get("variable", ""))[:40])
    if kind == "condition":
        return ConditionConfig(fact=str(raw.get("fact", ""))[:60])
    if kind == "action":
        return ActionConfig(action=str(raw.get("action", ""))[:40], value=str(raw.get("value", ""))[:100])
    return NoConfig()


def tree_to_json(tree: Tree) -> dict[str, Any]:
    """As it is kept with a published version."""
    return {"name": tree.name, "steps": [_step_to_json(step) for step in tree.steps]}


def tree_from_json(raw: Mapping[str, Any]) -> Tree:
    """The reverse of `tree_to_json`."""
    return Tree(str(raw["name"]), tuple(_step_from_json(row) for row in raw["steps"]))


def _step_to_json(step: Step) -> dict[str, Any]:
    row: dict[str, Any] = {"key": step.key, "kind": step.kind, "text": step.text, "next": step.next}
    row["config"] = dict(step.config)
    row["options"] = [
        {
            "next": option.next,
            "label": option.label,
            "keywords": list(option.keywords),
            "operator": option.operator,
            "value": option.value,
        }
        for option in step.options
    ]
    return row


def _step_from_json(row: Mapping[str, Any]) -> Step:
    options = (
        Option(one["next"], one["label"], tuple(one["keywords"]), one["operator"], one["value"])
        for one in row["options"]
    )
    return Step(row["key"], row["kind"], row["text"], row["next"], config_for(row["kind"], row["config"]), (*options,))


def number_steps(steps: Sequence[Step]) -> Iterator[tuple[int, Step]]:
    """Steps with the numbers that managers see."""
    return enumerate(steps, start=1)


def split_keywords(text: str) -> tuple[str, ...]:
    """Words of a one-line field, between commas of any width or “、”."""
    for mark in ",，;；|":
        text = text.replace(mark, "、")
    return tuple(dict.fromkeys(word.strip() for word in text.split("、") if word.strip()))
