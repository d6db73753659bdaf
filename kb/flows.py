"""Walk a decision tree: a state and what the customer said in, what to say and the next state out. Pure.

A walk stops where the customer must answer, or where something must be done: then the caller does it and tells what
came of it by `advance(…, Done(facts))`. Whether and how anything is kept is the caller's matter.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.utils.translation import gettext

from kb.flow_matching import Closest, find_order_number, is_cancel, is_question, match_option, read_answer
from kb.flow_tree import WAITING, Option, Step, Tree

Outcome = Literal["waiting", "acting", "finished", "handed_over", "cancelled", "unclear"]
Scalar = str | int | float | bool | None

UNCLEAR_MAX = 2  # so often a step is not understood, then a person goes on
TRAIL_MAX = 200
_STEPS_AT_ONCE = 200  # no valid tree takes so many without asking; one that does goes to a person
_PLACEHOLDER = re.compile(r"\{([^{}\n]{1,60})\}")


@dataclass(frozen=True, slots=True)
class State:
    """Where a walk stands. `facts` were looked up, `done` are steps whose lasting action was done.

    `hint` is what the customer said to begin with; it answers the first question when it already tells.
    """

    step: str
    answers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    trail: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    asked: int = 0
    hint: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "step": self.step,
            "answers": dict(self.answers),
            "facts": dict(self.facts),
            "trail": list(self.trail),
            "done": list(self.done),
            "asked": self.asked,
            "hint": self.hint,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "State":
        """The reverse of `to_json`."""
        return cls(
            str(raw["step"]),
            dict(raw.get("answers", {})),
            dict(raw.get("facts", {})),
            tuple(raw.get("trail", ())),
            tuple(raw.get("done", ())),
            int(raw.get("asked", 0)),
            str(raw.get("hint", "")),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer wrote; `choice` is the place of the option that was clicked at this step."""

    text: str = ""
    has_photo: bool = False
    choice: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The action that the walk stopped at has been done; these facts came of it."""

    facts: Mapping[str, Scalar] = field(default_factory=dict)
    is_lasting: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as it is offered: its step and place tell later what was chosen."""

    step: str
    place: int
    label: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What is to be done now."""

    step: str
    action: str
    value: str


@dataclass(frozen=True, slots=True)
class Advance:
    """One move of a walk. `unclear` means that nothing moved; the step's own words are repeated in `replies`."""

    state: State
    outcome: Outcome
    replies: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    effect: Effect | None = None


def begin(tree: Tree, hint: str = "") -> Advance:
    """The first move; `hint` is what the customer said that made it begin."""
    return _go(tree, State(tree.steps[0].key, hint=hint[:500]))


def advance(tree: Tree, state: State, given: Said | Done, *, closest: Closest | None = None) -> Advance:
    """The next move. A step that is no longer in the tree goes to a person.

    `closest` finds the option nearest in meaning to a text, None when none is near.
    """
    step = tree.get(state.step)
    if step is None:
        return Advance(state, "handed_over")
    if isinstance(given, Done):
        done = (*state.done, step.key) if given.is_lasting else state.done
        return _go(tree, replace(_leave(state, step), step=step.next, facts={**state.facts, **given.facts}, done=done))
    if step.kind not in WAITING:
        return _go(tree, state)
    if (moved := _hear(step, state, given, closest)) is not None:
        return _go(tree, moved)
    if is_cancel(given.text):
        return Advance(state, "cancelled")
    return _unclear(step, state)


def understands(tree: Tree, state: State, given: Said) -> bool:
    """Whether this answers the current step in so many words: then nothing else can have been meant."""
    step = tree.get(state.step)
    if step is None or step.kind not in WAITING:
        return False
    if step.kind == "choose":
        match = match_option(given.text, step.options)
        return given.choice is not None or (match is not None and match.is_exact)
    expects = step.config["expects"]
    if expects == "text":
        return not is_question(given.text)
    heard = read_answer(given.text, expects, has_photo=given.has_photo, is_optional=step.config["is_optional"])
    return heard is not None and (expects != "number" or not is_question(given.text))


def ask_again(tree: Tree, state: State) -> Advance:
    """The current step's question once more, as after a digression."""
    step = tree.get(state.step)
    if step is None or step.kind not in WAITING:
        return Advance(state, "handed_over")
    return Advance(state, "waiting", (_fill(step.text, state),), _choices(step))


def rewind(tree: Tree, state: State, key: str) -> State | None:
    """Back to an earlier question, to answer it differently. None when that was never asked or cannot be undone."""
    if key not in state.trail or tree.get(key) is None:
        return None
    place = len(state.trail) - 1 - state.trail[::-1].index(key)
    undone = state.trail[place:]
    if set(undone) & set(state.done):
        return None
    forgotten = {step.variable for step in tree.steps if step.key in undone}
    answers = {name: value for name, value in state.answers.items() if name not in forgotten}
    return replace(state, step=key, answers=answers, trail=state.trail[:place], asked=0, hint="")


def summarise(tree: Tree, state: State) -> list[tuple[str, str]]:
    """What was asked and what the customer said to it, in the order of the tree; "" where there was no answer."""
    return [(name, state.answers[name]) for name in tree.variables if name in state.answers]


def answers_by_kind(tree: Tree, state: State) -> dict[str, str]:
    """The answers by what was expected: the number of the order, the ending of the phone …"""
    asked = [step for step in tree.steps if step.kind == "ask" and state.answers.get(step.variable)]
    return {str(step.config["expects"]): state.answers[step.variable] for step in asked}


def is_over(outcome: Outcome) -> bool:
    return outcome in ("finished", "handed_over", "cancelled")


def fill_text(text: str, values: Mapping[str, Scalar]) -> str:
    """A text with the values that its braces name; what is not known stays as it is."""
    return _PLACEHOLDER.sub(lambda match: str(values[match[1]]) if match[1] in values else match[0], text)


def without_gaps(text: str, awaited: Collection[str]) -> str:
    """A text without the braces that nothing is known for; those named in `awaited` are still to be filled."""
    return _PLACEHOLDER.sub(lambda match: match[0] if match[1] in awaited else "", text).strip()


def placeholders_in(text: str) -> list[str]:
    """The names in braces of a text."""
    return _PLACEHOLDER.findall(text)


# --- Moving ---------------------------------------------------------------------------------------


def _go(tree: Tree, state: State) -> Advance:
    """On through the steps that need nobody."""
    replies: list[str] = []
    for _ in range(_STEPS_AT_ONCE):
        step = tree.get(state.step)
        if step is None:
            break
        if step.kind in WAITING:
            if (answered := _answered_by_hint(step, state)) is not None:
                state = answered
                continue
            replies.append(_fill(step.text, state))
            return Advance(replace(state, hint=""), "waiting", tuple(replies), _choices(step))
        if step.kind == "condition":
            state = replace(_leave(state, step), step=choose_way(step, {**state.facts, **state.answers}))
            continue
        if step.text:
            replies.append(_fill(step.text, state))
        if step.kind == "action":
            effect = Effect(step.key, step.config["action"], step.config["value"])
            return Advance(state, "acting", tuple(replies), effect=effect)
        if step.kind == "say":
            state = replace(_leave(state, step), step=step.next)
            continue
        return Advance(_leave(state, step), "finished" if step.kind == "end" else "handed_over", tuple(replies))
    return Advance(state, "handed_over", tuple(replies))


def choose_way(step: Step, known: Mapping[str, Scalar]) -> str:
    """The first case of a condition that holds, or what follows otherwise."""
    value = known.get(step.config["fact"])
    for option in step.options:
        if holds(value, option.operator, option.value):
            return option.next
    return step.next


def holds(value: Scalar, operator: str, wanted: str) -> bool:
    """Whether a value meets a comparison; what is not known meets none."""
    if value is None or value == "":
        return False
    test = _TESTS.get(operator)
    return test is not None and test(value, wanted)


def _hear(step: Step, state: State, given: Said, closest: Closest | None) -> State | None:
    """The state after an answer; None when this is none."""
    if step.kind == "choose":
        place = _chosen(step.options, given, closest)
        if place is None:
            return None
        option = step.options[place]
        return _keep(state, step, option.label, option.next)
    config = step.config
    if given.choice is not None:  # the only thing to click on is that there is no answer
        return _keep(state, step, "", step.next) if config["is_optional"] else None
    heard = read_answer(given.text, config["expects"], has_photo=given.has_photo, is_optional=config["is_optional"])
    if heard is None or (config["expects"] == "text" and is_cancel(given.text)):
        return None
    return _keep(state, step, heard, step.next)


def _chosen(options: Sequence[Option], given: Said, closest: Closest | None) -> int | None:
    if given.choice is not None:
        return given.choice if 0 <= given.choice < len(options) else None
    if match := match_option(given.text, options):
        return match.place
    if closest is None or is_cancel(given.text) or not given.text.strip():
        return None
    return closest(given.text, [(option.label, *option.keywords) for option in options])


def _answered_by_hint(step: Step, state: State) -> State | None:
    """What the customer began with may already say the number of the order, or which case it is.

    Once only: where a look-up leads back to the question (“no such order”), the same answer would lead there for ever.
    """
    if not state.hint or step.key in state.trail:
        return None
    if step.kind == "choose":
        match = match_option(state.hint, step.options)
        if match is None or len(state.hint) <= 2:
            return None
        option = step.options[match.place]
        return _keep(state, step, option.label, option.next)
    number = find_order_number(state.hint) if step.config["expects"] == "order" else None
    if number is None or number in state.answers.values():
        return None
    return _keep(state, step, number, step.next)


def _keep(state: State, step: Step, value: str, following: str) -> State:
    answers = {**state.answers, step.variable: value} if step.variable else state.answers
    return replace(_leave(state, step), step=following, answers=answers, asked=0)


def _leave(state: State, step: Step) -> State:
    return replace(state, trail=(*state.trail, step.key)[-TRAIL_MAX:])


def _unclear(step: Step, state: State) -> Advance:
    asked = state.asked + 1
    moved = replace(state, asked=asked)
    if asked >= UNCLEAR_MAX:
        return Advance(moved, "handed_over")
    return Advance(moved, "unclear", (_fill(step.text, state),), _choices(step))


def _choices(step: Step) -> tuple[Choice, ...]:
    """What can be clicked: the options, or that there is no answer to what need not be answered."""
    if step.kind == "choose":
        return tuple(Choice(step.key, place, option.label) for place, option in enumerate(step.options))
    return (Choice(step.key, 0, gettext("Skip")),) if step.config["is_optional"] else ()


def _fill(text: str, state: State) -> str:
    return fill_text(text, {**state.facts, **state.answers})


def _number(value: Scalar) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _compare(test: Callable[[float, float], bool]) -> Callable[[Scalar, str], bool]:
    def compared(value: Scalar, wanted: str) -> bool:
        left, right = _number(value), _number(wanted)
        return left is not None and right is not None and test(left, right)

    return compared


_TESTS: dict[str, Callable[[Scalar, str], bool]] = {
    "is": lambda value, wanted: str(value) == wanted,
    "is_not": lambda value, wanted: str(value) != wanted,
    "at_most": _compare(lambda left, right: left <= right),
    "at_least": _compare(lambda left, right: left >= right),
    "contains": lambda value, wanted: bool(wanted) and wanted in str(value),
    "known": lambda value, wanted: True,
}
