"""Short scripts of conversations: `at(5, "customer", "怎么退货")` was said five seconds after the beginning."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from conversations.models import Conversation, Message
from reports.history import Facts, Said, read_history
from reports.hours import hour_of
from reports.models import Episode
from tests.factories import make_conversation

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)  # a Monday, ten in the morning in Shanghai
MEI, JUN = 7, 8

Line = tuple[float, str, str, dict[str, object]]


def at(seconds: float, sender: str, text: str = "…", **more: object) -> Line:
    return seconds, sender, text, more


def ai(seconds: float, decision: str = "answer", **more: object) -> Line:
    """The AI replies to a waiting customer."""
    return at(seconds, "ai", is_answer=True, decision=decision, **more)


def system(seconds: float, decision: str, **more: object) -> Line:
    return at(seconds, "system", decision=decision, **more)


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def spoken(lines: Sequence[Line]) -> list[Said]:
    return [
        Said(seq, sender, moment(seconds), text, **more)  # type: ignore[arg-type]
        for seq, (seconds, sender, text, more) in enumerate(lines, start=1)
    ]


def episodes(*lines: Line) -> list[Facts]:
    return read_history(spoken(lines))


def episode(*lines: Line) -> Facts:
    """The one episode of a history."""
    (one,) = episodes(*lines)
    return one


def store(*lines: Line, conversation: Conversation | None = None, **fields: object) -> Conversation:
    """The history as rows of a conversation; more lines go on where it stands."""
    conversation = conversation or make_conversation(**fields)
    messages = []
    for seq, said in enumerate(spoken(lines), start=conversation.last_seq + 1):
        why = {"decision": said.decision, "reason": said.reason, "to": said.agent_id, "intent": said.intent}
        messages.append(
            Message(
                conversation=conversation,
                seq=seq,
                sender=said.sender,
                text=said.text,
                author_id=said.author_id,
                entry_id=said.entry_id,
                answers_seq=seq - 1 if said.is_answer else None,
                decision=why if said.decision else None,
                created_at=said.at,
            )
        )
    Message.objects.bulk_create(messages)
    changes = {"last_seq": messages[-1].seq, "last_message_at": messages[-1].created_at}
    Conversation.objects.filter(pk=conversation.pk).update(**changes)
    conversation.refresh_from_db()
    return conversation


def make_episode(conversation: Conversation | None = None, **fields: object) -> Episode:
    """A fact row as it is: by default a question that the AI answered, closed at once."""
    conversation = conversation or make_conversation()
    answered = {"customer_messages": 1, "first_ai_at": moment(1), "last_decision": "answer", "ai_answers": 1}
    times = {"opened_at": moment(0), "ended_at": moment(1), "closed_at": moment(1), "hour": hour_of(moment(0))}
    owner = {"customer_id": conversation.customer_id, "channel_id": conversation.channel_id}
    return Episode.objects.create(conversation=conversation, **{**owner, **answered, **times, **fields})
