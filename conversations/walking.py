"""A customer in a decision tree: what is said next, and how the walk moves. Nothing is written here."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext

from conversations.flow_actions import ActionFailed, Asking, look_up
from conversations.models import Conversation
from conversations.response import Question, Response, person_option
from conversations.walks import Clicked, Walking, WalkMove, option_id, read_option, resuming_id
from kb.flow_actions import find_action
from kb.flow_matching import is_cancel, is_question, match_option
from kb.flow_meaning import closest_option
from kb.flow_tree import Tree
from kb.flows import (
    Advance,
    Choice,
    Done,
    Effect,
    Outcome,
    Said,
    State,
    advance,
    ask_again,
    begin,
    rewind,
    understands,
    without_gaps,
)
from kb.models import Flow
from kb.services.flows import flow_of_token, tree_of_version

logger = logging.getLogger(__name__)

Reason = Conversation.HandoffReason
Knowledge = Callable[[], Response]

SURE_ENOUGH = 0.6  # in the middle of a walk only a good answer is worth the digression
_YES = frozenset(
    (
        "继续",
        "好",
        "好的",
        "是",
        "是的",
        "对",
        "嗯",
        "嗯嗯",
        "可以",
        "行",
        "要",
        "接着办",
        "继续办",
        "继续吧",
        "好啊",
        "ok",
        "yes",
    )
)
_NO = frozenset(["不", "不用", "不用了", "不要", "不要了", "否", "不了", "算了", "不继续", "不继续了", "不办了", "no"])


@dataclass(frozen=True, slots=True)
class _Walked:
    """What the moves of one turn came to."""

    move: Advance
    replies: tuple[str, ...]
    effects: tuple[Effect, ...]


def begin_walk(flow: Flow, question: Question, *, entry_id: int | None, confidence: float) -> Response:
    """The first step of a flow; what the customer said may answer it already."""
    assert flow.live_id is not None
    walking = Walking(secrets.token_hex(8), flow.pk, flow.live_id, tree_of_version(flow.live_id), State(""), moves=0)
    walked = _do(walking.tree, begin(walking.tree, _said(question).text), question)
    return replace(_as_response(walking, walked, question), entry_id=entry_id, confidence=confidence)


def speaks_our_words(question: Question) -> bool:
    """The customer answers the current step to the letter, so the words tell neither a wish nor a feeling."""
    walking = question.walking
    if read_option(question.chosen_option) is not None:
        return True
    return walking is not None and not walking.is_interrupted and _is_plain_answer(walking, question)


def answers_step(question: Question) -> bool:
    """The customer's own words name one of the options that the current step offers."""
    walking = question.walking
    if walking is None or walking.is_interrupted:
        return False
    step = walking.tree.get(walking.state.step)
    return step is not None and match_option(_said(question).text, step.options) is not None


def walk_on(question: Question, knowledge: Knowledge) -> Response | None:
    """The next step; `knowledge` answers what is no answer to it. None when this has nothing to do with a walk."""
    walking, clicked = question.walking, read_option(question.chosen_option)
    if clicked is not None and (walking is None or clicked.token != walking.token):
        return _over_long_since(clicked, walking, question)
    if walking is None:
        return None
    if clicked is not None:
        return _click(walking, clicked, question)
    if walking.is_interrupted:
        return _interrupted(walking, question, knowledge)
    return _hear(walking, question, knowledge)


def without_effects(response: Response) -> Response:
    """The same turn when what it promised could not be done: a person goes on with what was told so far."""
    walk = replace(response.walk, effects=(), outcome="handed_over") if response.walk else None
    return replace(response, decision="handoff", text="", options=(), walk=walk)


# --- What was clicked or written ------------------------------------------------------------------


def _click(walking: Walking, clicked: Clicked, question: Question) -> Response:
    if clicked.what == "leave":
        return _stop(walking, question)
    if clicked.what == "resume":
        return _repeat(walking, question)
    if clicked.step == walking.state.step:
        return _move(walking, Said(choice=clicked.place), question)
    state = rewind(walking.tree, walking.state, clicked.step)
    if state is None:
        passed = gettext("That step is settled already and cannot be changed any more.")
        return _repeat(walking, question, before=passed)
    return _move(replace(walking, state=state), Said(choice=clicked.place), question)


def _hear(walking: Walking, question: Question, knowledge: Knowledge) -> Response:
    said = _said(question)
    if _is_plain_answer(walking, question) or is_cancel(said.text):
        return _move(walking, said, question)
    if is_question(said.text) and (aside := _digress(walking, question, knowledge)):
        return aside
    moved = _move(walking, said, question)
    if moved.walk is not None and moved.walk.outcome == "unclear" and said.text:
        return _digress(walking, question, knowledge) or moved
    return moved


def _interrupted(walking: Walking, question: Question, knowledge: Knowledge) -> Response:
    """A person had the chat meanwhile: nothing goes on before the customer says so."""
    text = _said(question).text.strip(" 。.!！~")
    if walking.is_offered and text.lower() in _YES:
        return _repeat(walking, question)
    if walking.is_offered and (text.lower() in _NO or is_cancel(text)):
        return _stop(walking, question)
    response = knowledge()
    if response.walk is not None or response.decision != "answer" or walking.is_offered:
        return response
    return replace(
        response,
        text=f"{response.text}\n\n{resume_question(walking.tree.name)}",
        options=(*response.options, *resume_options(walking.token)),
        walk=replace(_moved(walking, walking.state, "waiting"), is_offer=True),
    )


def _over_long_since(clicked: Clicked, walking: Walking | None, question: Question) -> Response:
    """An option of a walk that is over: said so, and offered anew; a walk under way goes on."""
    over = gettext("That request is finished, so this can no longer be chosen.")
    if walking is not None and not walking.is_interrupted:
        return _repeat(walking, question, before=over)
    flow = flow_of_token(clicked.token)
    options: tuple[dict[str, str], ...] = ()
    if flow is not None and flow.entry is not None:
        text = gettext("Begin anew: %(name)s") % {"name": flow.name}
        options = ({"id": f"entry:{flow.entry.pk}", "text": text},)
    return Response("clarify", over, (*options, person_option()), reason="flow over", misses=question.misses)


def _digress(walking: Walking, question: Question, knowledge: Knowledge) -> Response | None:
    """An answer of the knowledge base, then the step's own question again; another flow takes the place of this one."""
    found = knowledge()
    if found.decision == "handoff" and found.reason != Reason.REPEATED_MISS:
        return found
    if found.walk is not None:
        return found if found.walk.flow_id != walking.flow_id else None
    if found.decision != "answer" or found.confidence < SURE_ENOUGH:
        return None
    again = ask_again(walking.tree, walking.state)
    back = gettext("Back to “%(name)s”:") % {"name": walking.tree.name}
    return replace(
        found,
        text=f"{found.text}\n\n{back}{' '.join(without_gaps(reply, ()) for reply in again.replies)}",
        options=_options(walking, again.options),
        walk=_moved(walking, again.state, again.outcome),
        misses=question.misses,
    )


# --- Moving ---------------------------------------------------------------------------------------


def _move(walking: Walking, said: Said, question: Question) -> Response:
    tree = walking.tree
    return _as_response(
        walking, _do(tree, advance(tree, walking.state, said, closest=closest_option), question), question
    )


def _do(tree: Tree, move: Advance, question: Question) -> _Walked:
    """Look up what the walk asks for and go on; lasting actions are only noted, they happen with the reply."""
    replies, effects = [*move.replies], []
    while move.effect is not None:
        effect, spec = move.effect, find_action(move.effect.action)
        try:
            if spec is None:
                raise ActionFailed(effect.action)
            if spec.is_lasting:
                effects.append(effect)
                done = Done(is_lasting=True)
            else:
                done = Done(look_up(effect, _asking(tree, move.state, question)))
        except ActionFailed:
            logger.exception("an action of “%s” failed; a person goes on", tree.name)
            return _Walked(Advance(move.state, "handed_over"), tuple(replies), tuple(effects))
        move = advance(tree, move.state, done)
        replies += move.replies
    return _Walked(move, tuple(replies), tuple(effects))


def _as_response(walking: Walking, walked: _Walked, question: Question) -> Response:
    move = walked.move
    awaited = {name for effect in walked.effects if (spec := find_action(effect.action)) for name in spec.gives}
    text = "\n\n".join(without_gaps(reply, awaited) for reply in walked.replies)
    kept = replace(_moved(walking, move.state, move.outcome), effects=walked.effects)
    misses = question.misses if move.outcome == "unclear" else 0
    options = _options(walking, move.options)
    if move.outcome == "handed_over":
        return Response("handoff", text, reason=Reason.FLOW, walk=kept)
    if move.outcome == "cancelled":
        return replace(_stop(walking, question), walk=kept)
    if move.outcome == "unclear":
        text = f"{gettext('I did not quite get that.')}{text}"
        return Response("clarify", text, (*options, person_option()), reason="flow unclear", misses=misses, walk=kept)
    ending = text or gettext("That is done.")
    return Response("answer", ending, options, confidence=1.0, reason="flow", misses=misses, walk=kept)


def _repeat(walking: Walking, question: Question, *, before: str = "") -> Response:
    """The current step's question once more."""
    again = ask_again(walking.tree, walking.state)
    move = replace(again, replies=(before, *again.replies) if before else again.replies)
    return _as_response(walking, _Walked(move, move.replies, ()), question)


def _stop(walking: Walking, question: Question) -> Response:
    text = gettext("All right, I stop here. Just write when you need it again, or ask anything else.")
    move = _moved(walking, walking.state, "cancelled")
    return Response("answer", text, confidence=1.0, reason="flow stopped", misses=question.misses, walk=move)


def _moved(walking: Walking, state: State, outcome: Outcome) -> WalkMove:
    return WalkMove(walking.token, walking.flow_id, walking.version_id, walking.tree, state, outcome, walking.moves)


def _is_plain_answer(walking: Walking, question: Question) -> bool:
    return understands(walking.tree, walking.state, _said(question))


def _said(question: Question) -> Said:
    return Said("\n".join(question.texts), question.has_attachments)


def _asking(tree: Tree, state: State, question: Question) -> Asking:
    return Asking(tree, state, question.conversation_id, question.customer_id)


def _options(walking: Walking, choices: tuple[Choice, ...]) -> tuple[dict[str, str], ...]:
    return tuple({"id": option_id(walking.token, one.step, one.place), "text": one.label} for one in choices)


def resume_question(name: str) -> str:
    return gettext("We were in the middle of “%(name)s”. Shall we go on?") % {"name": name}


def resume_options(token: str) -> tuple[dict[str, str], ...]:
    return (
        {"id": resuming_id(token, "resume"), "text": gettext("Go on")},
        {"id": resuming_id(token, "leave"), "text": gettext("No, leave it")},
    )
