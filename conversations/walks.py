"""The walk of a conversation through a decision tree as plain values: where it stands, and how it moves."""

from dataclasses import dataclass
from typing import Literal

from kb.flow_tree import Tree
from kb.flows import Effect, Outcome, State

OPTION_KIND = "flow"
RESUME, LEAVE = "resume", "leave"
_TOKEN_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Walking:
    """The walk that a conversation is on, as it was when the turn began.

    One that `is_interrupted` waits for the customer to say whether it goes on; `is_offered` when that was asked.
    """

    token: str
    flow_id: int
    version_id: int
    tree: Tree
    state: State
    moves: int = 1
    is_interrupted: bool = False
    is_offered: bool = False


@dataclass(frozen=True, slots=True)
class WalkMove:
    """How the walk moves with this turn. `moves` is what it was before; 0 when it begins.

    `effects` are lasting actions that the move asks for. One that `is_offer` did not move: the customer is asked
    whether it goes on.
    """

    token: str
    flow_id: int
    version_id: int
    tree: Tree
    state: State
    outcome: Outcome
    moves: int = 0
    effects: tuple[Effect, ...] = ()
    is_offer: bool = False


@dataclass(frozen=True, slots=True)
class Clicked:
    """What an option of a walk stands for."""

    token: str
    what: Literal["step", "resume", "leave"]
    step: str = ""
    place: int = 0


def option_id(token: str, step: str, place: int) -> str:
    return f"{OPTION_KIND}:{token}:{place}:{step}"


def resuming_id(token: str, what: Literal["resume", "leave"]) -> str:
    return f"{OPTION_KIND}:{token}:{what}"


def read_option(text: str) -> Clicked | None:
    """The reverse of the two above; None for options of any other kind."""
    kind, _, rest = text.partition(":")
    token, _, rest = rest.partition(":")
    if kind != OPTION_KIND or not token:
        return None
    if rest == RESUME:
        return Clicked(token, "resume")
    if rest == LEAVE:
        return Clicked(token, "leave")
    place, _, step = rest.partition(":")
    return Clicked(token, "step", step, int(place)) if place.isascii() and place.isdigit() and step else None
