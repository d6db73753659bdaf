"""Those who race for a conversation. Each `yield` ends a transaction: anybody may come in between."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.responding import Response
from conversations.services import handover
from conversations.services.assignment import assign_waiting
from conversations.services.closing import end_idle, warn_idle
from conversations.services.incoming import Incoming, append_customer_messages
from conversations.services.leaving import turn_into_ticket
from conversations.services.ledger import ClientIdReused
from conversations.services.replies import NotYours, Turn, add_note, send_agent_message, send_reply
from conversations.services.turn import claim_turn, release_turn
from cs_platform.models import User
from reports.benchmarks.race_judge import Act, Kind
from reports.benchmarks.race_stage import CLAIMED_BY_NOBODY, Stage, new_id

Actor = Iterator[None]
_ANSWER = Response(decision="answer", text="Two days.")
GROUP_OF_NOBODY = 10**9  # asked for and not there: anybody may help
_REASON = Conversation.HandoffReason.CUSTOMER_REQUEST


def customer(stages: Sequence[Stage], chance: Random) -> Actor:
    """Writes, several at once, to several chats at once, and sends again what was sent before."""
    while True:
        batch = [_something(chance.choice(stages), chance) for _ in range(chance.choice((1, 1, 2, 3)))]
        receipts = append_customer_messages([incoming for _stage, incoming in batch])
        for (stage, incoming), receipt in zip(batch, receipts, strict=True):
            if isinstance(receipt.error, ClientIdReused):
                stage.refused["conflict"] += 1
                continue
            if receipt.error is not None:
                raise receipt.error
            stage.note(receipt.seq, Act("customer"))
            stage.told.append((incoming.client_id, receipt.seq))
            stage.refused["repeat"] += receipt.is_repeat
        yield


def _something(stage: Stage, chance: Random) -> tuple[Stage, Incoming]:
    dice = chance.random()
    if stage.sent and dice < 0.3:
        client_id, text = chance.choice(stage.sent)
        return stage, Incoming(stage.pk, client_id, "another text" if dice < 0.04 else text)
    sent = (new_id(), f"question {chance.randrange(1000)}")
    stage.sent.append(sent)
    return stage, Incoming(stage.pk, *sent)


def assistant(stages: Sequence[Stage], chance: Random) -> Actor:
    """The AI: claims a turn, thinks, answers or hands over. Sometimes it dies while it thinks."""
    while True:
        stage = chance.choice(stages)
        turn = claim_turn(stage.pk)
        yield
        if turn is None or chance.random() < 0.1:
            continue
        if not _end_turn(stage, turn, chance):
            yield
            release_turn(turn)
        yield


def _end_turn(stage: Stage, turn: Turn, chance: Random) -> bool:
    if chance.random() < 0.2:
        return _hand_over(stage, turn)
    message = send_reply(turn, _ANSWER, is_final=chance.random() < 0.3)
    if message is not None:
        stage.note(message.seq, Act("answer"))
    return message is not None


def _hand_over(stage: Stage, turn: Turn) -> bool:
    message = handover.hand_over(turn, reason=_REASON)
    if message is not None:
        stage.note(message.seq, Act("handoff", epoch=message.conversation.epoch))
    return message is not None


def agent(user: User, colleague: User) -> Callable[[Sequence[Stage], Random], Actor]:
    """A person at the console who claims, writes, repeats, and lets go in every way there is."""

    def act(stages: Sequence[Stage], chance: Random) -> Actor:
        while True:
            stage = chance.choice(stages)
            move = chance.choices(_MOVES, weights=_WEIGHTS)[0]
            try:
                move(stage, user, colleague)
            except NotYours:
                stage.refused["not_yours"] += 1
            except handover.AlreadyClaimed as error:
                stage.refused["already_claimed" if error.by else CLAIMED_BY_NOBODY] += 1
            yield

    return act


def _claim(stage: Stage, user: User, colleague: User) -> None:
    _note_move(stage, "claim", user, handover.take_over(stage.pk, user))


def _say(stage: Stage, user: User, colleague: User) -> None:
    client_id = new_id()
    message = send_agent_message(stage.pk, user, client_id=client_id, text="I am looking into it.")
    stage.note(message.seq, Act("say", by=user.pk))
    again = send_agent_message(stage.pk, user, client_id=client_id, text="I am looking into it.")
    stage.told += [(client_id, message.seq), (client_id, again.seq)]


def _write_note(stage: Stage, user: User, colleague: User) -> None:
    add_note(stage.pk, user, client_id=new_id(), text="Customer is in a hurry.")


def _give_back(stage: Stage, user: User, colleague: User) -> None:
    _note_move(stage, "give_back", user, handover.give_back(stage.pk, user))


def _release(stage: Stage, user: User, colleague: User) -> None:
    _note_move(stage, "release", user, handover.release_to_queue(stage.pk, user))


def _pass_on(stage: Stage, user: User, colleague: User) -> None:
    _note_move(stage, "release", user, handover.transfer_to_group(stage.pk, user, group_id=GROUP_OF_NOBODY))


def _transfer(stage: Stage, user: User, colleague: User) -> None:
    _note_move(stage, "transfer", user, handover.transfer(stage.pk, user, to=colleague), to=colleague)


def _close(stage: Stage, user: User, colleague: User) -> None:
    _note_move(stage, "close", user, handover.close_conversation(stage.pk, user))


def _note_move(stage: Stage, kind: Kind, user: User, after: Conversation, to: User | None = None) -> None:
    stage.note(after.last_seq, Act(kind, by=user.pk, to=to.pk if to else None, epoch=after.epoch))


_MOVES = (_claim, _say, _write_note, _give_back, _release, _pass_on, _transfer, _close)
_WEIGHTS = (6, 6, 1, 6, 2, 1, 1, 4)


def clock(stages: Sequence[Stage], chance: Random) -> Actor:
    """Time passes: leases lapse under those who hold them, and deadlines are acted on after a look at the row."""
    while True:
        stage = chance.choice(stages)
        row = Conversation.objects.select_related("customer", "channel", "agent").get(pk=stage.pk)
        yield
        if row.owner == Conversation.Owner.AI:
            if chance.random() < 0.7 or row.customer_seq <= row.answered_seq:
                Conversation.objects.filter(pk=stage.pk).update(turn_lease_until=timezone.now())
            else:
                _hand_over(stage, Turn(row.pk, row.epoch, row.answered_seq, row.customer_seq))
        elif row.owner == Conversation.Owner.AGENT and chance.random() < 0.5:
            after = handover.requeue_from_silent_agent(row)
            if after is not None:
                stage.note(after.last_seq, Act("requeue", epoch=after.epoch))
        yield


def assigner(stages: Sequence[Stage], chance: Random) -> Actor:
    """Gives waiting customers to agents who are there, as every process of the shop does at any time."""
    by_number = {stage.pk: stage for stage in stages}
    while True:
        for message in assign_waiting():
            if stage := by_number.get(message.conversation_id):
                to, epoch = message.conversation.agent_id, message.conversation.epoch
                stage.note(message.seq, Act("assign", to=to, epoch=epoch))
        yield


def closer(stages: Sequence[Stage], chance: Random) -> Actor:
    """Looks at a chat, and then ends it: because of silence, or because a ticket goes on in the place of a person."""
    while True:
        stage = chance.choice(stages)
        row = Conversation.objects.select_related("customer", "channel", "agent").get(pk=stage.pk)
        yield
        kind, message = _see_off(row, chance)
        if message is not None:
            epoch = None if kind == "warn" else message.conversation.epoch
            stage.note(message.seq, Act(kind, epoch=epoch))
        yield


def _see_off(row: Conversation, chance: Random) -> tuple[Kind, Message | None]:
    if row.owner == Conversation.Owner.QUEUE:
        return "ticket", turn_into_ticket(row) if chance.random() < 0.3 else None
    if row.owner == Conversation.Owner.AGENT and chance.random() < 0.3:
        return "warn", warn_idle(row)
    return "idle", end_idle(row)


def finish_turn(stage: Stage) -> None:
    """What the sweep does once everybody has gone home: a turn that is left is taken."""
    Conversation.objects.filter(pk=stage.pk).update(turn_lease_until=None)
    turn = claim_turn(stage.pk)
    if turn is None:
        return
    message = send_reply(turn, _ANSWER)
    if message is not None:
        stage.note(message.seq, Act("answer"))
