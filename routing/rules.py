"""A routing rule taken out of its row, and what a list of them makes of the facts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from routing.conditions import Check, first_failure, values_of
from routing.facts import Action, Facts, Step

RuleAnswerer = Literal["", "ai", "person", "ai_and_card"]


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule as the decision sees it: all checks must hold."""

    name: str
    checks: tuple[Check, ...] = ()
    answerer: RuleAnswerer = ""
    reason: str = "rule"
    actions: tuple[Action, ...] = ()
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The first fitting rule that says who answers, what all fitting rules ask for, and what was looked at."""

    deciding: RuleSpec | None
    actions: tuple[Action, ...]
    steps: tuple[Step, ...]


def apply_rules(rules: Sequence[RuleSpec], facts: Facts) -> Outcome:
    """Read the rules from the top: every fitting one counts, down to one that says “stop here”."""
    values = values_of(facts)
    fitting: list[RuleSpec] = []
    steps: list[Step] = []
    for rule in rules:
        failure = first_failure(rule.checks, values)
        steps.append(Step(rule.name, failure is None, failure.subject if failure else "", is_rule=True))
        if failure is None:
            fitting.append(rule)
            if rule.is_final:
                break
    deciding = next((rule for rule in fitting if rule.answerer), None)
    return Outcome(deciding, merge_actions([action for rule in fitting for action in rule.actions]), tuple(steps))


def merge_actions(actions: Sequence[Action]) -> tuple[Action, ...]:
    """One group (the first), one priority (the highest), everything else once."""
    merged: dict[object, Action] = {}
    for action in actions:
        if action.kind == "priority":
            known = merged.get("priority")
            if known is None or int(action.value) > int(known.value):
                merged["priority"] = action
        elif action.kind == "group":
            merged.setdefault("group", action)
        else:
            merged.setdefault(action, action)
    return tuple(merged.values())
