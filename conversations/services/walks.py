"""How a conversation's walk through a decision tree is kept: in the transaction of the reply that tells of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from conversations.flow_actions import Work, carry_out, summary_of
from conversations.models import Conversation, Message, Walk
from conversations.response import Response
from conversations.services.announce import announce_note
from conversations.walking import resume_options, resume_question
from conversations.walks import Walking, WalkMove
from kb.flows import Scalar, State, fill_text
from kb.models import FlowRun
from kb.services.flows import begin_run, end_run, tree_of_version

Ended = FlowRun.Outcome

_OUTCOMES: Mapping[str, FlowRun.Outcome] = {
    "finished": Ended.FINISHED,
    "handed_over": Ended.HANDED_OVER,
    "cancelled": Ended.CANCELLED,
}


class WalkMoved(Exception):
    """The walk is not any more what it was when the turn was thought about: undo the reply."""


def walking_of(conversation: Conversation) -> Walking | None:
    """Where the conversation stands in a tree; None when it is in none, or left it too long ago."""
    walk = Walk.objects.select_related("run").filter(conversation=conversation).first()
    if walk is None or walk.updated_at < _too_old():
        return None
    return Walking(
        walk.run.reference,
        walk.run.flow_id,
        walk.run.version_id,
        tree_of_version(walk.run.version_id),
        State.from_json(walk.state),
        moves=walk.moves,
        is_interrupted=walk.epoch != conversation.epoch,
        is_offered=walk.is_offered,
    )


def keep_move(message: Message, response: Response) -> None:
    """Do what a reply's move asks for and keep where the walk stands; the text learns what only doing it can tell.

    In the transaction that wrote `message`. Raises `WalkMoved`, or `ActionFailed` when a lasting action fails: either
    undoes the reply.
    """
    if (move := response.walk) is None:
        return
    run_id = _claim(message.conversation, move)
    state, given = _carry_out(message.conversation, move)
    if given:
        message.text = fill_text(message.text, given)
        message.save(update_fields=["text"])
    if outcome := _OUTCOMES.get(move.outcome):
        end_run(run_id, outcome, last_step=state.step)
        Walk.objects.filter(run_id=run_id).delete()
        return
    Walk.objects.filter(run_id=run_id).update(state=state.to_json(), is_offered=move.is_offer)


def leave_summary(message: Message, response: Response | None = None) -> None:
    """A person goes on: what the customer told in the tree stands beside the chat as a note. In the transaction of
    `message`."""
    move = response.walk if response else None
    if move is not None:
        tree, state = move.tree, move.state
    elif walk := Walk.objects.select_related("run").filter(conversation_id=message.conversation_id).first():
        if walk.epoch != message.conversation.epoch - 1:
            return  # interrupted before, so noted before
        tree, state = tree_of_version(walk.run.version_id), State.from_json(walk.state)
    else:
        return
    told = summary_of(tree, state)
    if not told:
        return
    note = Message.objects.create(
        conversation=message.conversation,
        seq=message.seq,
        sender=Message.Sender.AI,
        author_name=gettext("AI assistant"),
        text=f"{gettext('From “%(name)s”') % {'name': tree.name}}\n{told}",
        is_private=True,
    )
    announce_note(note)


def offer_to_resume(conversation_id: int) -> tuple[str, list[dict[str, str]]]:
    """The AI has the chat again: asks whether an interrupted walk goes on. ("", []) when there is none."""
    walking = walking_of(Conversation.objects.get(pk=conversation_id))
    if walking is None:
        return "", []
    Walk.objects.filter(conversation_id=conversation_id).update(is_offered=True)
    return resume_question(walking.tree.name), list(resume_options(walking.token))


def forget_stale_walks() -> int:
    """Walks that nobody came back to end as left unfinished; returns how many."""
    stale = Walk.objects.filter(updated_at__lt=_too_old())
    ids = list(stale.values_list("run_id", flat=True)[:1_000])
    for run_id in ids:
        if Walk.objects.filter(run_id=run_id, updated_at__lt=_too_old()).delete()[0]:
            end_run(run_id, Ended.EXPIRED)
    erased = FlowRun.objects.filter(outcome=Ended.RUNNING, started_at__lt=_too_old()).exclude(
        pk__in=Walk.objects.values("run")
    )
    for run_id in erased.values_list("pk", flat=True)[:1_000]:  # their conversations are gone
        end_run(run_id, Ended.EXPIRED)
    return len(ids)


def _claim(conversation: Conversation, move: WalkMove) -> int:
    """The run that moves, its row claimed by one conditional update; a walk that begins takes the place of another."""
    if move.moves == 0:
        _put_aside(conversation)
        run = begin_run(move.flow_id, move.version_id, reference=move.token)
        Walk.objects.create(conversation=conversation, run=run, state=move.state.to_json(), epoch=conversation.epoch)
        return run.pk
    mine = Walk.objects.filter(conversation=conversation, run__reference=move.token)
    # An offer is no move: the walk stays interrupted until the customer says yes.
    epoch = {} if move.is_offer else {"epoch": conversation.epoch}
    moved = mine.filter(moves=move.moves).update(moves=F("moves") + 1, updated_at=timezone.now(), **epoch)
    if moved != 1:
        raise WalkMoved
    return mine.values_list("run_id", flat=True).get()


def _put_aside(conversation: Conversation) -> None:
    for walk in Walk.objects.filter(conversation=conversation):
        end_run(walk.run_id, Ended.EXPIRED, last_step=str(walk.state.get("step", "")))
        walk.delete()


def _carry_out(conversation: Conversation, move: WalkMove) -> tuple[State, dict[str, Scalar]]:
    tree, state = move.tree, move.state
    given: dict[str, Scalar] = {}
    for effect in move.effects:
        key = f"flow-{move.token}-{effect.step}"[:100]
        given |= carry_out(Work(tree, state, effect, key), conversation)
        state = replace(state, facts={**state.facts, **given})
    return state, given


def _too_old() -> datetime:
    return timezone.now() - timedelta(hours=settings.FLOW_IDLE_HOURS)
