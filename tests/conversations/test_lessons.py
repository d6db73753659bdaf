"""What a customer clicks under “do you mean one of these” teaches the knowledge base."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from conversations.models import Conversation, Message
from kb.models import GapQuestion, Lesson
from tests.conversations.walks import Led
from tests.factories import make_conversation, make_entry

pytestmark = pytest.mark.django_db
Deliver = Callable[[], None]
ASKED = "发票怎么填的呀"


@pytest.fixture
def led(settings: LazySettings) -> Led:
    settings.ENCODER = "off"
    make_entry("发票抬头怎么填", "下单时填写。")
    make_entry("怎么退货", "在订单页申请。")
    led = Led(make_conversation())
    assert (led.says(ASKED).decision or {})["decision"] == "clarify"
    return led


def test_none_of_these_is_offered_before_the_person(led: Led) -> None:
    assert [option["id"] for option in led.last().options][-2:] == ["none", "person"]


def test_a_question_that_is_chosen_is_answered_and_proposed_as_phrasing(led: Led, deliver: Deliver) -> None:
    entry_id = int(led.option("发票抬头怎么填").partition(":")[2])
    reply = led.says("发票抬头怎么填", chosen_option=f"entry:{entry_id}", chosen_entry_id=entry_id)
    deliver()
    lesson = Lesson.objects.get()
    assert reply.entry_id == entry_id
    assert (lesson.entry_id, lesson.kind, lesson.question) == (entry_id, "phrasing", "发票怎么填的")


def test_none_of_these_is_a_miss_and_a_counter_example_for_what_was_offered(led: Led, deliver: Deliver) -> None:
    reply = led.clicks("都不是")
    deliver()
    assert "换个说法" in reply.text and [option["id"] for option in reply.options] == ["person"]
    assert Conversation.objects.get().misses == 1
    assert set(Lesson.objects.values_list("kind", "question")) == {("against", "发票怎么填的")}


def test_none_of_these_is_no_question_of_its_own(led: Led, deliver: Deliver) -> None:
    led.clicks("都不是")
    deliver()
    assert "都不是" not in set(GapQuestion.objects.values_list("text", flat=True))
    assert Message.objects.filter(text="都不是").exists()
