"""A decision tree as the editor's form sends it, and as the form shows it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from cs_platform.text import storable
from kb.flow_actions import known_actions, known_facts
from kb.flow_checks import OPTIONS_MAX, STEPS_MAX
from kb.flow_outline_words import EXPECTED_NAMES
from kb.flow_picture import operator_labels, text_of
from kb.flow_tree import BRANCHING, EXPECTED, KINDS, OPERATORS, Kind, Option, Step, Tree, config_for, split_keywords
from kb.models import FlowStep

TEXT_MAX = 2_000
_MARK = re.compile(r"[^\w\-]+")


@dataclass(frozen=True, slots=True)
class Card:
    """One step as the editor shows it."""

    number: int
    step: Step
    problems: tuple[str, ...]

    @property
    def options(self) -> list[tuple[str, Option]]:
        """With a name of their own each; there is always a line more to fill in where scripts do not run."""
        kept = list(self.step.options) if self.step.kind in BRANCHING else []
        return [(f"o{place}", option) for place, option in enumerate(kept or [Option(), Option()], start=1)]


def read_draft(post: QueryDict, name: str) -> Tree:
    """The tree that the form describes, whatever is unfinished about it."""
    keys = [key for raw in post.getlist("step")[:STEPS_MAX] if (key := _MARK.sub("", raw)[:40])]
    return Tree(name, tuple(_read_step(post, key) for key in dict.fromkeys(keys)))


def _read_step(post: QueryDict, key: str) -> Step:
    def value(field: str) -> str:
        return storable(post.get(f"{key}-{field}", "")).strip()

    kind: Kind = value("kind") if value("kind") in KINDS else "say"  # type: ignore[assignment]
    raw = {name: value(name) for name in ("expects", "fact", "action", "value")}
    variable = value("choice_variable" if kind == "choose" else "variable")
    raw |= {"variable": variable, "is_optional": value("is_optional")}
    options = tuple(_read_options(post, key, kind)) if kind in BRANCHING else ()
    return Step(key, kind, value("text")[:TEXT_MAX], value("next"), config_for(kind, raw), options)


def _read_options(post: QueryDict, key: str, kind: str) -> Iterator[Option]:
    for name in post.getlist(f"{key}-option")[:OPTIONS_MAX]:

        def value(field: str, name: str = name) -> str:
            return storable(post.get(f"{key}-{name}-{field}", "")).strip()

        if kind == "choose":
            option = Option(value("next"), value("label")[:100], split_keywords(value("keywords")))
        else:
            operator = value("operator") if value("operator") in OPERATORS else ""
            option = Option(value("next"), operator=operator, value=value("value")[:100])
        if option.label or option.value or option.next:
            yield option


def cards_of(tree: Tree, problems: Mapping[str, list[str]]) -> list[Card]:
    return [Card(number, step, tuple(problems.get(step.key, ()))) for number, step in enumerate(tree.steps, start=1)]


def choices_for(tree: Tree) -> dict[str, Any]:
    """Everything that the form offers to choose from."""
    facts = known_facts().values()
    return {
        "kinds": FlowStep.Kind.choices,
        "expects": [(kind, _expected_label(kind)) for kind in EXPECTED],
        "operators": list(operator_labels().items()),
        "targets": [(step.key, f"{number}. {text_of(step)[:30]}") for number, step in enumerate(tree.steps, start=1)],
        "facts": [(fact.name, str(fact.label)) for fact in facts],
        "variables": tree.variables,
        "actions": [(action.name, str(action.label)) for action in known_actions()],
        "outline_words": EXPECTED_NAMES,
    }


def vocabulary() -> dict[str, Any]:
    """What the editor's script must know: which facts and actions have values to choose from."""
    return {
        "facts": {fact.name: [[key, str(label)] for key, label in fact.choices] for fact in known_facts().values()},
        "actions": {
            action.name: {
                "help": str(action.help),
                "takes": str(action.takes),
                "choices": [[key, str(label)] for key, label in action.choices],
            }
            for action in known_actions()
        },
        "kinds": {kind: str(label) for kind, label in FlowStep.Kind.choices},
        "words": {"none": _("— not set —"), "moved": _("Moved to place %s"), "removed": _("Step removed")},
    }


def _expected_label(kind: str) -> str:
    return {
        "text": _("any words"),
        "number": _("a number"),
        "order": _("number of an order or parcel"),
        "phone_ending": _("last four digits of a phone"),
        "photo": _("a picture"),
    }[kind]
