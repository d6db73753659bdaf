"""What to say to a customer's unanswered messages: routing decides, knowledge answers. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext

from conversations.entry_facts import with_entry
from conversations.response import (
    NONE_OF_THESE,
    NONE_OPTION,
    SMALL_TALK,
    Question,
    Response,
    none_option,
    person_option,
)
from conversations.standing import scope_of
from conversations.tools import PROOF_ASKED, ask_for_order, order_status
from conversations.variables import fill_variables
from conversations.walking import answers_step, begin_walk, speaks_our_words, walk_on
from conversations.wording import Phrase, Voice, phrase, seconds_left, tell
from cs_platform.ai.llm import get_model
from kb.answering import Answer, answer, answer_entry
from kb.confidence import stance_of
from kb.experiments import vary
from kb.judging import settle_offer
from kb.models import Flow
from kb.models.entry import lines
from kb.services.flows import flow_of_entry, flow_of_intent
from routing.courtesies import Courtesy, courtesy
from routing.decide import decide
from routing.facts import Decision, Facts
from routing.gathering import Visit, gather_facts
from routing.models import Channel
from routing.opt_out import asks_to_unsubscribe
from routing.rulebook import current_rulebook
from routing.rules import RuleSpec
from routing.understanding import Reading, understand
from routing.version import current_versions

__all__ = ["Question", "Response", "offered_entry_id", "person_option", "respond"]

JUDGING_SECONDS = 4.0  # putting the answer in the channel's tone comes after it

INTENT_SURE = 0.7  # from here on what a customer wants says more than two entries that are nearly as close
ANGRY_FROM = 0.6  # strength of a feeling; below it “it broke” tells of the thing more than of the customer
_COURTESIES: dict[Courtesy, Phrase] = {"thanks": "thanks", "greeting": "greeting"}


def respond(question: Question, channel: Channel) -> Response:
    """Decide what to do with a question on a channel: answer, ask back, admit not to know, or hand over."""
    if question.texts and asks_to_unsubscribe(question.texts[-1]):
        return Response("answer", _confirm_opt_out(), reason="opt_out", misses=question.misses)
    versions = current_versions()
    rules = current_rulebook(versions)
    facts = gather_facts(_visit(question), channel, rules, _reading(question, versions))
    response = _respond(question, facts, rules.rules, channel)
    return replace(
        _in_tone(response, question, _voice(channel)),
        intent=facts.intent,
        intent_confidence=facts.intent_confidence,
        feeling=facts.feeling,
        strength=facts.strength,
        speaker=channel.reception.ai_label,
    )


def _respond(question: Question, facts: Facts, rules: Sequence[RuleSpec], channel: Channel) -> Response:
    decision = decide(facts, rules)
    if decision.answerer == "person":
        return _hand_over(decision, question.misses)
    knowledge = partial(_from_knowledge, question, facts, rules, channel, decision)
    if (walked := walk_on(question, knowledge)) is not None:
        return _as_decided(walked, decision)
    if question.has_attachments and not question.texts:
        return _admit_blindness(question, facts, rules)
    return _from_knowledge(question, facts, rules, channel, decision)


def _from_knowledge(
    question: Question, facts: Facts, rules: Sequence[RuleSpec], channel: Channel, decision: Decision
) -> Response:
    """What the shop's records and its knowledge say; an entry may begin a decision tree instead."""
    persona = channel.reception.persona
    if about_order := _look_up_order(question):
        return _as_decided(about_order, decision)
    found = _find_answer(question, channel)
    if found.band != "answer" and (kind := courtesy(question.texts)):
        polite = Response("answer", phrase(_COURTESIES[kind], persona), reason=SMALL_TALK, misses=question.misses)
        return _as_decided(polite, decision)
    misses = question.misses + 1 if found.missed else 0 if found.band == "answer" else question.misses
    facts = replace(facts, misses=misses, was_missed=found.missed)
    if found.band == "answer":
        facts = with_entry(facts, found.entry_id, question.customer_id, question.conversation_id)
    decision = decide(facts, rules)
    if decision.answerer == "person":
        return replace(_hand_over(decision, misses), entry_id=found.entry_id, confidence=found.confidence)
    if (flow := _flow_for(found, facts)) is not None:
        begun = begin_walk(flow, question, entry_id=found.entry_id, confidence=found.confidence)
        return _as_decided(begun, decision)
    return _with_values(_reply(vary(found, question.customer_id), misses, decision, persona), question)


def _reading(question: Question, versions: Mapping[str, int]) -> Reading:
    """What the customer wants and feels; a chosen question is in the shop's words and tells neither."""
    if question.chosen_entry_id is not None or question.chosen_option == NONE_OPTION or speaks_our_words(question):
        return Reading()
    reading = understand(question.texts, versions)
    if reading.strength < ANGRY_FROM and answers_step(question):
        return replace(reading, intent="", confidence=0.0)  # “broken” is what we asked for, not a new matter
    return reading


def _flow_for(found: Answer, facts: Facts) -> Flow | None:
    """The decision tree that the found entry begins; without an answer, the one for what the customer wants."""
    if found.band == "answer":
        return flow_of_entry(found.entry_id)
    if found.band == "clarify" and facts.intent_confidence < INTENT_SURE:
        return None  # the questions to choose from may be nearer
    return flow_of_intent(facts.intent)


def _as_decided(response: Response, decision: Decision) -> Response:
    """A reply that no knowledge was needed for, with all that the rules ask for beside it."""
    return replace(response, trace=decision.trace, rule=decision.rule, actions=decision.actions)


def _visit(question: Question) -> Visit:
    return Visit(
        texts=question.texts,
        at=timezone.now(),
        misses=question.misses,
        customer_level=question.customer_level,
        region=question.region,
        page_url=question.page_url,
        waiting_since=question.waiting_since,
    )


def _admit_blindness(question: Question, facts: Facts, rules: Sequence[RuleSpec]) -> Response:
    """Pictures and files alone: honest words instead of a guess, and a person when it goes on like this."""
    misses = question.misses + 1
    decision = decide(replace(facts, misses=misses, was_missed=True), rules)
    if decision.answerer == "person":
        return _hand_over(decision, misses)
    text = gettext(
        "I cannot read pictures or files yet. Please tell me in words what it is about, or talk to a person, who will"
        " look at what you sent."
    )
    return Response("clarify", text, (person_option(),), reason="attachments only", misses=misses, trace=decision.trace)


def _look_up_order(question: Question) -> Response | None:
    """The state of the customer's own order, when that is what the customer asks."""
    if question.conversation_id is None or question.customer_id is None or question.chosen_entry_id is not None:
        return None
    found = order_status(question.texts, conversation_id=question.conversation_id, customer_id=question.customer_id)
    if found is None:
        return None
    if found.kind == "known":
        return Response("answer", found.text, confidence=1.0, reason="order_status")
    reason = PROOF_ASKED if found.kind == "unproven" else "order_locked"
    return Response("clarify", found.text, (person_option(),), reason=reason, misses=question.misses)


def _find_answer(question: Question, channel: Channel) -> Answer:
    if question.chosen_option == NONE_OPTION:
        return Answer("unknown", "", None, 0.0, (), NONE_OF_THESE)
    said = "\n".join(question.texts)
    scope = scope_of(channel, question.customer_id, f"{said}\n{question.page_title}\n{question.page_url}")
    now = timezone.now()
    if question.chosen_entry_id is not None and (chosen := answer_entry(question.chosen_entry_id, scope, now)):
        return chosen
    found = answer(said, scope, now, stance_of(channel.reception.stance))
    if found.band != "clarify" or not get_model().is_configured:
        return found
    seconds = min(JUDGING_SECONDS, seconds_left(question.waiting_since))
    return settle_offer(found, said, seconds=seconds, scope=scope, now=now)


def _voice(channel: Channel) -> Voice:
    reception = channel.reception
    return Voice(reception.persona, tuple(lines(reception.banned_openers)))


def _with_values(response: Response, question: Question) -> Response:
    """A stored answer with its variables filled in for this customer; with one that is not known it is not sent."""
    if response.decision != "answer" or response.entry_id is None:
        return response
    text = fill_variables(response.text, question.texts, question.customer_id)
    if text is None:
        return replace(
            response,
            decision="clarify",
            text=ask_for_order(),
            options=(person_option(),),
            reason=PROOF_ASKED,
            variant_id=None,
        )
    return response if text == response.text else replace(response, text=text, is_personal=True)


def _in_tone(response: Response, question: Question, voice: Voice) -> Response:
    """A stored answer in the channel's tone. One on trial goes out as it is: otherwise two things would be tried; and
    the steps of a decision tree are word for word."""
    if response.decision != "answer" or response.entry_id is None or response.variant_id is not None or response.walk:
        return response
    if response.is_personal:  # no model reads what is the customer's own
        return response
    told = tell(
        response.text,
        entry_id=response.entry_id,
        question="\n".join(question.texts),
        voice=voice,
        waiting_since=question.waiting_since,
    )
    return replace(response, text=told.text, is_rephrased=told.is_rephrased)


def _confirm_opt_out() -> str:
    return gettext(
        "Done: you will get no more promotions from us. Notices about your own orders still come. If you meant to"
        " cancel an order, just tell me."
    )


def _hand_over(decision: Decision, misses: int) -> Response:
    return Response(
        "handoff",
        "",
        reason=decision.reason,
        misses=misses,
        trace=decision.trace,
        rule=decision.rule,
        actions=decision.actions,
    )


def _reply(found: Answer, misses: int, decision: Decision, persona: str) -> Response:
    options = tuple({"id": f"entry:{option.entry_id}", "text": option.text} for option in found.options)
    text = found.text
    if found.band == "clarify":
        text = phrase("clarify", persona)
        options += (none_option(), person_option())
    elif found.band == "unknown":
        text = phrase("none" if found.reason == NONE_OF_THESE else "unknown", persona)
        options = (person_option(),)
    return Response(
        decision=found.band,
        text=text,
        options=options,
        entry_id=found.entry_id,
        variant_id=found.variant_id,
        confidence=found.confidence,
        reason=found.reason,
        misses=misses,
        trace=decision.trace,
        rule=decision.rule,
        actions=decision.actions,
    )


def offered_entry_id(option_id: str) -> int | None:
    """The entry that an option stands for, or None."""
    kind, _, number = option_id.partition(":")
    return int(number) if kind == "entry" and number.isascii() and number.isdigit() else None
