"""A reply of the AI that an agent marks as wrong reaches the pending knowledge with the right answer."""

import pytest
from django.core.exceptions import ValidationError

from conversations.models import Conversation, Message, WrongReply
from conversations.services.turn import take_turn
from conversations.services.wrong_replies import mark_wrong
from cs_platform.models import User
from kb.models import Gap, GapQuestion
from tests.factories import make_entry, settle, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(conversation: Conversation, settings: object) -> Message:
    settings.ENCODER = "off"  # type: ignore[attr-defined]
    make_entry("灯泡能换吗", "不能换。")
    write(conversation, "你好", "灯泡能换吗")
    settle(conversation)
    take_turn(conversation.pk)
    return Message.objects.get(conversation=conversation, sender="ai")


def test_it_is_told_with_question_and_right_answer(reply: Message, agent: User) -> None:
    mark_wrong(reply, right_answer=" 可以换，规格是 E27。 ", by=agent)
    told = GapQuestion.objects.get()
    assert (told.source, told.text, told.answer) == ("wrong_reply", "灯泡能换吗", "可以换，规格是 E27。")
    assert (told.entry, told.conversation_number) == (reply.entry, reply.conversation_id)


def test_marked_again_it_counts_once_with_the_last_answer(reply: Message, agent: User, agent2: User) -> None:
    mark_wrong(reply, right_answer="可以换。", by=agent)
    mark_wrong(reply, right_answer="可以换，规格是 E27。", by=agent2)
    wrong = WrongReply.objects.get()
    assert (wrong.by, wrong.right_answer, Gap.objects.get().count) == (agent2, "可以换，规格是 E27。", 1)
    assert GapQuestion.objects.get().answer == "可以换，规格是 E27。"


def test_only_replies_of_the_ai(reply: Message, agent: User) -> None:
    asked = Message.objects.filter(sender="customer")[0]
    with pytest.raises(ValidationError):
        mark_wrong(asked, right_answer="x", by=agent)
    assert not WrongReply.objects.exists()
