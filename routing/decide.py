"""Who answers this turn: the AI or a person. Pure: facts and rules in, decision out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cs_platform.handoff import Known
from routing.conditions import wants_person
from routing.facts import Action, Decision, Facts, Step
from routing.phrases import asks_for_person
from routing.rules import RuleSpec, apply_rules, merge_actions

CARD = Action("card")


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Gives the customer a person. The reason of one that `is_final` is noted whatever rules say."""

    name: str
    reason: str
    applies: Callable[[Facts], bool]
    is_final: bool = False


def decide(facts: Facts, rules: Sequence[RuleSpec] = ()) -> Decision:
    """A guarantee gives the customer a person whatever rules say; otherwise the first fitting rule decides, or the
    channel's strategy.

    Called before the AI looks for an answer, and once more with what it found (`was_missed`, `entry_condition`,
    `entry_category`). Of two reasons for a person the more telling one is noted: “complaint” rather than
    “negative feeling”. What rules ask for beside the answer counts in any case.
    """
    steps: list[Step] = []
    fired: Guarantee | None = None
    for guarantee in GUARANTEES:
        steps.append(Step(guarantee.name, guarantee.applies(facts)))
        if steps[-1].fired:
            fired = guarantee
            break
    outcome = apply_rules(rules, facts)
    trace = (*steps, *outcome.steps)
    rule = outcome.deciding
    if rule and rule.answerer == "person" and not (fired and fired.is_final):
        return Decision("person", rule.reason, rule.name, trace, outcome.actions)
    if fired:
        return Decision("person", fired.reason, fired.name, trace, outcome.actions)
    if rule:
        wanted = (*outcome.actions, CARD) if rule.answerer == "ai_and_card" else outcome.actions
        return Decision("ai", rule=rule.name, trace=trace, actions=merge_actions(wanted))
    return _by_strategy(facts, trace, outcome.actions)


def _by_strategy(facts: Facts, trace: tuple[Step, ...], actions: tuple[Action, ...]) -> Decision:
    name = f"strategy {facts.mode}"
    if facts.mode == "person_first" and facts.is_open:
        return Decision("person", "person_first", name, (*trace, Step(name, True)), actions)
    if facts.mode == "vip_person_first" and facts.is_open and facts.customer_level != "normal":
        return Decision("person", "vip", name, (*trace, Step(name, True)), actions)
    if facts.mode == "ai_and_card" and not facts.is_open:
        return Decision("ai", "", name, (*trace, Step(name, True)), merge_actions((*actions, CARD)))
    return Decision("ai", trace=trace, actions=actions)


def _is_ai_off(facts: Facts) -> bool:
    return facts.mode == "person_only"


def _is_person_wanted(facts: Facts) -> bool:
    return any(asks_for_person(text) for text in facts.texts)


def _is_angry(facts: Facts) -> bool:
    return facts.hands_over_negative and facts.feeling == "negative" and facts.strength >= facts.negative_from


def _has_waited_too_long(facts: Facts) -> bool:
    return facts.waiting_seconds > facts.wait_allowed


def _has_missed_too_often(facts: Facts) -> bool:
    return facts.was_missed and facts.misses >= facts.misses_allowed


def _does_entry_want_person(facts: Facts) -> bool:
    known = Known(
        said=facts.said,
        order_amount=facts.order_amount,
        customer_level=facts.customer_level,
        times_asked=facts.times_asked,
        is_open=facts.is_open,
        is_negative=facts.feeling == "negative",
    )
    return wants_person(facts.entry_condition, known)


GUARANTEES: tuple[Guarantee, ...] = (
    Guarantee("channel without AI", "ai_disabled", _is_ai_off, is_final=True),
    Guarantee("customer asks for a person", "customer_request", _is_person_wanted, is_final=True),
    Guarantee("negative feeling", "negative_sentiment", _is_angry),
    Guarantee("waited too long", "wait_timeout", _has_waited_too_long),
    Guarantee("knowledge entry asks for a person", "entry_condition", _does_entry_want_person),
    Guarantee("too many misses in a row", "repeated_miss", _has_missed_too_often),
)
