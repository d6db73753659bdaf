"""Who owns a conversation: exactly one, always somebody while it is open."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.models import Conversation, Customer
from conversations.services import handover
from conversations.services.feedback import rate_service
from conversations.services.overdue import sweep_deadlines
from conversations.services.replies import NotYours, add_note, send_agent_message
from conversations.services.turn import take_turn
from cs_platform.models import User
from routing.models import SkillGroup
from routing.presence import set_presence
from tests.factories import claim, make_conversation, make_entry, texts_of, write

pytestmark = pytest.mark.django_db


def queue(conversation: Conversation) -> Conversation:
    write(conversation, "转人工")
    handover.hand_over(claim(conversation), reason="customer_request")
    conversation.refresh_from_db()
    return conversation


def test_the_queued_customer_is_told_that_nobody_is_there(conversation: Conversation) -> None:
    queue(conversation)
    assert "没有客服在线" in texts_of(conversation)[-1][1]


def test_the_queued_customer_is_told_how_many_are_before(conversation: Conversation, agent: User) -> None:
    set_presence(agent, "online")
    queue(make_conversation())
    queue(conversation)
    assert "1" in texts_of(conversation)[-1][1]


def test_a_vip_waits_before_everybody_else(conversation: Conversation, vip: Customer) -> None:
    first = queue(conversation)
    second = queue(make_conversation(customer=vip))
    assert list(Conversation.objects.queued()) == [second, first]


def test_taking_over_stops_the_wait(conversation: Conversation, agent: User) -> None:
    queue(conversation)
    taken = handover.take_over(conversation.pk, agent)
    assert (taken.owner, taken.agent, taken.queued_at) == ("agent", agent, None)


def test_the_second_to_claim_is_told_who_has_it(conversation: Conversation, agent: User, agent2: User) -> None:
    handover.take_over(conversation.pk, agent)
    with pytest.raises(handover.AlreadyClaimed, match="Mei"):
        handover.take_over(conversation.pk, agent2)
    conversation.refresh_from_db()
    assert (conversation.agent, conversation.epoch) == (agent, 1)


def test_claiming_ones_own_chat_again_changes_nothing(conversation: Conversation, agent: User) -> None:
    handover.take_over(conversation.pk, agent)
    assert handover.take_over(conversation.pk, agent).epoch == 1


def test_an_agent_replies_only_in_own_chats(conversation: Conversation, agent: User, agent2: User) -> None:
    handover.take_over(conversation.pk, agent)
    with pytest.raises(NotYours):
        send_agent_message(conversation.pk, agent2, client_id="a", text="hi")
    assert [sender for sender, _ in texts_of(conversation)] == ["system"]


def test_an_agents_reply_sent_twice_is_stored_once(conversation: Conversation, agent: User) -> None:
    handover.take_over(conversation.pk, agent)
    first = send_agent_message(conversation.pk, agent, client_id="a", text="hi")
    assert send_agent_message(conversation.pk, agent, client_id="a", text="hi") == first


def test_a_note_takes_no_number(conversation: Conversation, agent: User) -> None:
    write(conversation, "a")
    note = add_note(conversation.pk, agent, client_id="n", text="careful")
    assert (note.seq, note.is_private) == (1, True)
    assert write(conversation, "b").seq == 2


def test_given_back_the_ai_answers_what_the_agent_did_not(conversation: Conversation, agent: User) -> None:
    make_entry("How long does delivery take?")
    write(conversation, "How long does delivery take?")
    handover.take_over(conversation.pk, agent)
    handover.give_back(conversation.pk, agent)
    take_turn(conversation.pk)
    assert texts_of(conversation)[-1] == ("ai", "Two days.")


def test_given_back_the_ai_keeps_quiet_when_the_agent_has_answered(conversation: Conversation, agent: User) -> None:
    write(conversation, "How long does delivery take?")
    handover.take_over(conversation.pk, agent)
    send_agent_message(conversation.pk, agent, client_id="a", text="Two days.")
    handover.give_back(conversation.pk, agent)
    take_turn(conversation.pk)
    assert texts_of(conversation)[-1][0] == "system"


def test_given_back_without_a_word_nobody_is_shown_as_waiting(conversation: Conversation, agent: User) -> None:
    write(conversation, "talk to a person")
    handover.hand_over(claim(conversation), reason="customer_request")
    handover.take_over(conversation.pk, agent)
    assert handover.give_back(conversation.pk, agent).waiting_since is None


def test_transferred_it_is_the_colleagues(conversation: Conversation, agent: User, agent2: User) -> None:
    handover.take_over(conversation.pk, agent)
    handover.transfer(conversation.pk, agent, to=agent2)
    with pytest.raises(NotYours):
        send_agent_message(conversation.pk, agent, client_id="a", text="hi")
    assert send_agent_message(conversation.pk, agent2, client_id="b", text="hi").seq == 3


def test_closed_it_has_no_owner(conversation: Conversation, agent: User) -> None:
    handover.take_over(conversation.pk, agent)
    closed = handover.close_conversation(conversation.pk, agent)
    assert (closed.status, closed.owner, closed.agent) == ("closed", "none", None)


def test_only_the_owner_closes(conversation: Conversation, agent: User) -> None:
    with pytest.raises(NotYours):
        handover.close_conversation(conversation.pk, agent)
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_an_open_conversation_without_owner_cannot_be_stored(conversation: Conversation) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=conversation.pk).update(owner="none")


def test_a_customer_of_an_agent_who_left_goes_back_to_the_queue(conversation: Conversation, agent: User) -> None:
    handover.take_over(conversation.pk, agent)
    write(conversation, "hello?")
    Conversation.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    sweep_deadlines()
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.agent, conversation.handoff_reason) == ("queue", None, "agent_silent")


def test_a_present_agent_is_reminded_and_keeps_the_customer(conversation: Conversation, agent: User) -> None:
    set_presence(agent, "online")
    handover.take_over(conversation.pk, agent)
    write(conversation, "hello?")
    past = timezone.now() - timedelta(seconds=1)
    Conversation.objects.update(deadline=past)
    sweep_deadlines()
    conversation.refresh_from_db()
    assert conversation.owner == "agent"
    assert conversation.deadline is not None and conversation.deadline > past


def test_each_episode_keeps_its_rating_though_it_was_given_after_the_end(
    conversation: Conversation, agent: User
) -> None:
    for score in (2, 5):
        write(conversation, "hi")
        handover.take_over(conversation.pk, agent)
        handover.close_conversation(conversation.pk, agent)
        rate_service(conversation.pk, score=score, comment="")
    assert sorted(rating.score for rating in conversation.ratings.all()) == [2, 5]


def test_after_the_next_question_a_rating_is_one_of_the_new_episode(conversation: Conversation, agent: User) -> None:
    handover.take_over(conversation.pk, agent)
    handover.close_conversation(conversation.pk, agent)
    rate_service(conversation.pk, score=1, comment="")
    write(conversation, "hi")
    rate_service(conversation.pk, score=5, comment="")
    assert conversation.ratings.count() == 2


def test_transferred_to_a_group_it_waits_there_before_those_who_have_just_come(
    conversation: Conversation, agent: User
) -> None:
    group = SkillGroup.objects.create(name="Refunds")
    write(conversation, "hello")
    handover.take_over(conversation.pk, agent)
    queue(make_conversation())
    moved = handover.transfer_to_group(conversation.pk, agent, group_id=group.pk)
    assert (moved.owner, moved.group, moved.passed_by) == ("queue", group, agent)
    assert Conversation.objects.queued().first() == conversation


def test_only_the_owner_transfers_to_a_group(conversation: Conversation, agent: User) -> None:
    with pytest.raises(NotYours):
        handover.transfer_to_group(conversation.pk, agent, group_id=SkillGroup.objects.create(name="Refunds").pk)
    conversation.refresh_from_db()
    assert conversation.owner == "ai"


def test_an_agent_may_write_to_a_customer_whose_chat_has_ended(conversation: Conversation, agent: User) -> None:
    write(conversation, "hi")
    handover.take_over(conversation.pk, agent)
    handover.close_conversation(conversation.pk, agent)
    again = handover.reopen(conversation.pk, agent)
    assert (again.status, again.owner, again.agent, again.episode_seq) == ("open", "agent", agent, 3)


def test_what_is_open_cannot_be_reopened(conversation: Conversation, agent: User) -> None:
    with pytest.raises(handover.AlreadyClaimed):
        handover.reopen(conversation.pk, agent)
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.epoch) == ("ai", 0)
