"""Agents teach: a reply of the AI is marked wrong, an answer from the chat becomes a proposal for the knowledge."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation

from conversations.models import Message
from conversations.services.wrong_replies import mark_wrong
from conversations.sockets import FrameConsumer, FrameError, read_number, read_text
from cs_platform.models import User
from cs_platform.threads import in_database
from kb.services.proposals import propose_entry

QUESTION_CHARACTERS_MAX = 500


class KnowledgeFrames(FrameConsumer):
    """`wrong` {message, text} and `propose` {conversation, question, text, note}; both are answered in kind."""

    knowledge_frames = frozenset({"wrong", "propose"})

    user: User
    language: str

    async def on_wrong(self, frame: Mapping[str, Any]) -> None:
        number = read_number(frame, "message", low=1, high=2**63 - 1)
        text = read_text(frame) if frame.get("text") else ""
        await in_database(_refusing(self.language, _mark), number, text, self.user)
        await self.send_frame({"type": "marked", "message": number, "text": text})

    async def on_propose(self, frame: Mapping[str, Any]) -> None:
        conversation_id = read_number(frame, "conversation", low=1, high=2**63 - 1)
        question = read_text(frame, "question", limit=QUESTION_CHARACTERS_MAX)
        note = read_text(frame, "note", limit=QUESTION_CHARACTERS_MAX) if frame.get("note") else ""
        answer = read_text(frame)
        await in_database(_refusing(self.language, _propose), conversation_id, question, answer, note, self.user)
        await self.send_frame({"type": "proposed", "conversation": conversation_id, "question": question})


def _refusing(language: str, work: Any) -> Any:
    """What a service refuses becomes an error frame, in the agent's own language."""

    def guarded(*args: Any) -> Any:
        with translation.override(language):
            try:
                return work(*args)
            except ValidationError as error:
                raise FrameError("refused", " ".join(error.messages)) from None

    return guarded


def _mark(message_id: int, text: str, user: User) -> None:
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise FrameError("not_found", "no such message")
    mark_wrong(message, right_answer=text, by=user)


def _propose(conversation_id: int, question: str, answer: str, note: str, user: User) -> None:
    propose_entry(question=question, answer=answer, by=user, conversation_id=conversation_id, note=note)
