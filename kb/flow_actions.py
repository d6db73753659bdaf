"""What a flow can do and what it can know, by name. The apps above register it; the knowledge base calls nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

FactKind = Literal["number", "choice", "yes_no"]
Text = str | Promise


@dataclass(frozen=True, slots=True)
class FactSpec:
    """Something that conditions may ask. `choices` are values and what managers read for them."""

    name: str
    label: Text
    kind: FactKind
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """Something that a step can have done.

    One that `is_lasting` changes the shop's records, so it happens together with the reply or not at all; any other
    only looks something up and gives facts. `takes` names what its value means, `choices` limits it; `gives` are names
    of values for texts, known only once it is done.
    """

    name: str
    label: Text
    help: Text = ""
    is_lasting: bool = False
    takes: Text = ""
    choices: tuple[tuple[str, Text], ...] = ()
    facts: tuple[FactSpec, ...] = ()
    gives: tuple[str, ...] = ()


_actions: dict[str, ActionSpec] = {}


def register_action(spec: ActionSpec) -> None:
    """Offer an action to managers. Registering the same name again replaces it."""
    _actions[spec.name] = spec


def find_action(name: str) -> ActionSpec | None:
    return _actions.get(name)


def known_actions() -> Sequence[ActionSpec]:
    return list(_actions.values())


def known_facts() -> dict[str, FactSpec]:
    """Every fact that some action can give, by name."""
    return {fact.name: fact for action in _actions.values() for fact in action.facts}
