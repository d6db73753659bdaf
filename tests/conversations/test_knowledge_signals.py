"""What conversations tell the knowledge base: misses, hand-overs, repeats, bad ratings, and agents' answers."""

from collections.abc import Callable

import pytest

from conversations.events import OrderSaved, TurnTaken
from conversations.models import Conversation, Message
from conversations.services.feedback import rate_service
from conversations.services.handover import take_over
from conversations.services.knowledge_signals import note_turn
from conversations.services.replies import send_agent_message
from conversations.services.turn import take_turn
from cs_platform.events import deliver_pending, emit
from cs_platform.models import OutboxItem, User
from kb.models import Exposure, GapQuestion
from tests.factories import make_entry, settle, write
from tests.kb.experiments import make_experiment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_words")]


@pytest.fixture
def _words(settings: object) -> None:
    settings.ENCODER = "off"  # type: ignore[attr-defined]


def ask_only(conversation: Conversation, *texts: str) -> None:
    """The customer writes and the AI deals with it; nobody has heard of it yet."""
    write(conversation, *texts)
    settle(conversation)
    take_turn(conversation.pk)
    conversation.refresh_from_db()


def ask(conversation: Conversation, *texts: str) -> None:
    ask_only(conversation, *texts)
    while deliver_pending():
        pass
    conversation.refresh_from_db()


def told() -> list[tuple[str, str]]:
    return list(GapQuestion.objects.order_by("pk").values_list("source", "text"))


def test_a_miss_is_told_with_its_conversation(conversation: Conversation) -> None:
    ask(conversation, "你好", "灯泡能换吗")
    assert told() == [("miss", "灯泡能换吗")]
    assert GapQuestion.objects.get().conversation_number == conversation.pk


def test_the_miss_that_leads_to_a_person_weighs_more(conversation: Conversation) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(misses=2)
    ask(conversation, "灯泡能换吗")
    assert conversation.owner == "queue"
    assert told() == [("handoff", "灯泡能换吗")]


def test_an_answer_is_no_gap_but_the_same_again_is(conversation: Conversation) -> None:
    entry = make_entry("灯泡能换吗", "可以换。")
    ask(conversation, "灯泡能换吗")
    assert told() == []
    ask(conversation, "灯泡能换吗？？")
    assert told() == [("repeat", "灯泡能换吗")]
    assert GapQuestion.objects.get().entry == entry


def test_asking_for_a_person_is_no_gap(conversation: Conversation) -> None:
    ask(conversation, "转人工")
    assert (conversation.owner, told()) == ("queue", [])


def test_a_bad_rating_puts_the_last_answer_in_doubt(conversation: Conversation, deliver: Callable[[], None]) -> None:
    entry = make_entry("灯泡能换吗", "可以换。")
    ask(conversation, "灯泡能换吗")
    rate_service(conversation.pk, score=2, comment="")
    rate_service(conversation.pk, score=1, comment="没用")
    deliver()
    assert told() == [("low_rating", "灯泡能换吗")]
    assert GapQuestion.objects.get().entry == entry


def test_a_bad_rating_after_thanks_doubts_the_answer_before(
    conversation: Conversation, deliver: Callable[[], None]
) -> None:
    make_entry("灯泡能换吗", "可以换。")
    ask(conversation, "灯泡能换吗")
    ask(conversation, "好的")
    rate_service(conversation.pk, score=1, comment="")
    deliver()
    assert told() == [("low_rating", "灯泡能换吗")]


def test_a_good_rating_is_no_gap(conversation: Conversation, deliver: Callable[[], None]) -> None:
    make_entry("灯泡能换吗", "可以换。")
    ask(conversation, "灯泡能换吗")
    rate_service(conversation.pk, score=3, comment="")
    deliver()
    assert told() == []


def test_what_the_agent_answers_is_kept_with_the_miss(conversation: Conversation, agent: User) -> None:
    ask(conversation, "灯泡能换吗")
    take_over(conversation.pk, agent)
    send_agent_message(conversation.pk, agent, client_id="a", text="您好，请稍等")
    send_agent_message(conversation.pk, agent, client_id="b", text="可以换，规格是 E27。")
    assert GapQuestion.objects.get().answer == "可以换，规格是 E27。"


def test_a_process_that_dies_after_the_reply_loses_no_miss(
    conversation: Conversation, deliver: Callable[[], None]
) -> None:
    ask_only(conversation, "灯泡能换吗")
    assert told() == []
    deliver()
    assert told() == [("miss", "灯泡能换吗")]


def test_a_turn_that_is_told_twice_counts_once(conversation: Conversation) -> None:
    ask_only(conversation, "灯泡能换吗")
    [turn] = OutboxItem.objects.filter(name="turn.taken", handler__contains="note_turn")
    event = TurnTaken(**turn.payload)
    note_turn(event)
    note_turn(event)
    assert told() == [("miss", "灯泡能换吗")]


def test_an_agent_who_is_faster_than_the_news_of_the_miss_is_heard(
    conversation: Conversation, agent: User, deliver: Callable[[], None]
) -> None:
    ask_only(conversation, "灯泡能换吗")
    take_over(conversation.pk, agent)
    send_agent_message(conversation.pk, agent, client_id="a", text="您好，请稍等")
    send_agent_message(conversation.pk, agent, client_id="b", text="可以换，规格是 E27。")
    deliver()
    assert GapQuestion.objects.get().answer == "可以换，规格是 E27。"


def test_an_episode_that_ends_before_the_news_is_heard_changes_nothing(
    conversation: Conversation, deliver: Callable[[], None]
) -> None:
    make_entry("灯泡能换吗", "可以换。")
    ask(conversation, "灯泡能换吗")
    ask_only(conversation, "灯泡能换吗？？")
    Conversation.objects.filter(pk=conversation.pk).update(episode_seq=conversation.last_seq)
    deliver()
    assert told() == [("repeat", "灯泡能换吗")]


def exposed(conversation: Conversation) -> Exposure:
    make_experiment(make_entry("灯泡能换吗", "可以换。"), answers=["能换，规格 E27。"])
    ask(conversation, "灯泡能换吗")
    return Exposure.objects.get()


def test_an_answer_on_trial_is_the_one_that_was_sent(conversation: Conversation) -> None:
    exposure = exposed(conversation)
    sent = Message.objects.get(conversation=conversation, sender="ai")
    assert sent.text == exposure.variant.answer
    assert (exposure.customer_number, exposure.conversation_number) == (conversation.customer_id, conversation.pk)


def test_what_came_of_an_answer_on_trial(conversation: Conversation, deliver: Callable[[], None]) -> None:
    exposure = exposed(conversation)
    rate_service(conversation.pk, score=4, comment="")
    ask(conversation, "转人工")
    deliver()
    exposure.refresh_from_db()
    assert (exposure.score, exposure.was_handed_over) == (4, True)


def test_an_order_counts_for_an_answer_on_trial(conversation: Conversation, deliver: Callable[[], None]) -> None:
    exposure = exposed(conversation)
    saved = {"order_id": 1, "number": "1", "source": "erp", "status": "paid", "paid_at": None}
    emit(OrderSaved(previous="", customer_id=conversation.customer_id, **saved))
    deliver()
    exposure.refresh_from_db()
    assert exposure.has_ordered


def offered(conversation: Conversation) -> Message:
    """The AI was not sure and asked back."""
    make_entry("灯泡能换吗", "可以换。", variants="能换吗")
    make_entry("灯罩能换吗", "可以换，联系客服。", variants="能换吗")
    ask(conversation, "能换吗")
    reply = Message.objects.get(conversation=conversation, sender="ai")
    assert reply.decision and reply.decision["decision"] == "clarify"
    return reply


def test_an_offer_that_is_not_taken_is_a_gap(conversation: Conversation) -> None:
    offered(conversation)
    ask(conversation, "转人工")
    assert told() == [("unsure", "能换吗")]


def test_an_answer_that_leads_to_a_person_is_a_gap(conversation: Conversation) -> None:
    entry = make_entry("灯泡能换吗", "可以换。")
    ask(conversation, "灯泡能换吗")
    ask(conversation, "转人工")
    assert told() == [("handoff", "灯泡能换吗")]
    assert GapQuestion.objects.get().entry == entry
