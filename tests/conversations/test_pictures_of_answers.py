"""The pictures of an entry go out with its answer, and with nothing else."""

import pytest

from conversations.models import Attachment, Conversation, Message
from conversations.services.attachments import forget_attachments, read_attachment
from conversations.services.turn import take_turn
from kb.services.pictures import add_picture, pictures_of
from tests.conversations.pictures import picture
from tests.factories import make_conversation, make_entry, settle, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_words")]


@pytest.fixture
def _words(settings: object) -> None:
    settings.ENCODER = "off"  # type: ignore[attr-defined]


def ask(conversation: Conversation, text: str) -> Message:
    write(conversation, text)
    settle(conversation)
    take_turn(conversation.pk)
    return Message.objects.filter(conversation=conversation, sender="ai").latest("seq")


def test_a_picture_goes_out_with_the_answer(conversation: Conversation) -> None:
    entry = make_entry("尺码怎么选", "看这张尺码表。")
    add_picture(entry, picture(), "chart.png", by=None)
    reply = ask(conversation, "尺码怎么选")
    kept = Attachment.objects.get(message=reply)
    assert [one["name"] for one in reply.attached] == ["chart.png"]
    assert read_attachment(kept) == pictures_of(entry.pk)[0].body


def test_an_answer_without_pictures_has_none(conversation: Conversation) -> None:
    make_entry("尺码怎么选", "M 码适合 50 公斤。")
    assert ask(conversation, "尺码怎么选").attached == []
    assert not Attachment.objects.exists()


def test_a_popular_picture_is_one_file_and_stays_when_one_chat_goes(conversation: Conversation) -> None:
    add_picture(make_entry("尺码怎么选", "看这张尺码表。"), picture(), "chart.png", by=None)
    first, second = (ask(chat, "尺码怎么选") for chat in (conversation, make_conversation()))
    files = set(Attachment.objects.values_list("stored_as", flat=True))
    assert (Attachment.objects.count(), len(files)) == (2, 1)
    forget_attachments(Attachment.objects.filter(message=first))
    assert read_attachment(Attachment.objects.get(message=second))
