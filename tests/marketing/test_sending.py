"""A running broadcast reaches each customer once, at its pace, and never in the middle of a chat."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from conversations.models import Message
from conversations.responding import Response
from conversations.services.handover import close_conversation, take_over
from conversations.services.replies import send_reply
from cs_platform.models import User
from marketing.models import Broadcast, BroadcastRecipient
from marketing.services.broadcasts import pause_broadcast
from marketing.services.sending import claim_recipients, send_pending, send_to
from routing.models import Channel
from tests.factories import claim, make_channel, texts_of, write
from tests.marketing.shop import make_card, make_order, make_running, make_shopper, make_shoppers, states

pytestmark = pytest.mark.django_db


def make_all_due(broadcast: Broadcast) -> None:
    """As if the pause of those who were talking were over, and the pace allowed more."""
    broadcast.recipients.unfinished().update(due_at=timezone.now())
    Broadcast.objects.filter(pk=broadcast.pk).update(paced_until=timezone.now() - timedelta(seconds=1))


def test_each_customer_gets_the_text_with_own_values(channel: Channel) -> None:
    shopper = make_shopper(channel, "Lin")
    order = make_order(shopper.customer)
    broadcast = make_running(text="{name|亲} {order} {coupon}", coupon_codes="A1")
    assert send_pending() == 1
    assert texts_of(shopper) == [("system", f"Lin {order.number} A1")]
    assert states(broadcast) == [("sent", "")]


def test_it_says_how_to_opt_out(channel: Channel) -> None:
    shopper = make_shopper(channel)
    other = make_shopper(make_channel(kind="wechat"))
    write(other, "在吗")
    send_reply(claim(other), Response("answer", "在的"))
    make_running(text="9 折")
    send_pending()
    assert Message.objects.get(conversation=shopper).options == [{"id": "opt_out", "text": "退订"}]
    assert texts_of(other)[-1] == ("system", "9 折\n回复 TD 退订")


def test_it_carries_a_card_and_the_shops_name(channel: Channel) -> None:
    shopper = make_shopper(channel)
    make_running(card=make_card(kind="contact", title="店长", contact_name="林店长"))
    send_pending()
    message = Message.objects.get(conversation=shopper)
    assert message.card is not None
    assert (message.author_name, message.card["name"]) == ("Shop", "林店长")
    assert message.decision == {"decision": "broadcast", "broadcast": Broadcast.objects.get().pk}


def test_when_everybody_is_done_it_is_finished(channel: Channel) -> None:
    make_shoppers(channel, 3)
    broadcast = make_running()
    send_pending()
    send_pending()
    broadcast.refresh_from_db()
    assert broadcast.status == "finished"
    assert states(broadcast) == [("sent", "")] * 3


def test_a_chat_with_a_person_is_not_disturbed(channel: Channel, agent: User) -> None:
    shopper = make_shopper(channel)
    broadcast = make_running()
    take_over(shopper.pk, agent)
    send_pending()
    assert states(broadcast) == [("pending", "")]
    close_conversation(shopper.pk, agent)
    make_all_due(broadcast)
    send_pending()
    assert states(broadcast) == [("sent", "")]
    shopper.refresh_from_db()
    assert shopper.status == "closed"


def test_nor_a_question_that_waits_for_the_ai(channel: Channel) -> None:
    shopper = make_shopper(channel)
    broadcast = make_running()
    write(shopper, "在吗")
    send_pending()
    assert send_reply(claim(shopper), Response("answer", "在的")) is not None
    make_all_due(broadcast)
    send_pending()
    assert [sender for sender, _ in texts_of(shopper)] == ["customer", "ai", "system"]


def test_who_talks_all_the_time_is_left_out_in_the_end(channel: Channel, agent: User) -> None:
    shopper = make_shopper(channel)
    broadcast = make_running(patience_hours=1)
    take_over(shopper.pk, agent)
    Broadcast.objects.update(started_at=timezone.now() - timedelta(hours=1))
    send_pending()
    assert states(broadcast) == [("skipped", "busy")]


def test_who_opts_out_meanwhile_gets_nothing(channel: Channel, deliver: Callable[[], None]) -> None:
    shopper = make_shopper(channel)
    broadcast = make_running()
    write(shopper, "TD")
    send_reply(claim(shopper), Response("answer", "好的", reason="opt_out"))
    deliver()
    send_pending()
    assert states(broadcast) == [("skipped", "opted_out")]


def test_a_missing_value_leaves_out(channel: Channel) -> None:
    make_shopper(channel)
    broadcast = make_running(text="{name} 你好")
    send_pending()
    assert states(broadcast) == [("skipped", "missing_value")]


def test_a_platform_that_takes_no_message_any_more(channel: Channel) -> None:
    shopper = make_shopper(channel)
    write(shopper, "在吗")
    send_reply(claim(shopper), Response("answer", "在的"))
    Channel.objects.update(kind="wechat")
    Message.objects.update(created_at=timezone.now() - timedelta(hours=49))
    broadcast = make_running()
    send_pending()
    assert states(broadcast) == [("skipped", "window")]


def test_the_pace_is_kept(channel: Channel) -> None:
    make_shoppers(channel, 10)
    broadcast = make_running()
    now = timezone.now()
    Broadcast.objects.update(per_minute=60, paced_until=now - timedelta(hours=1))
    broadcast.refresh_from_db()
    assert len(claim_recipients(broadcast, now)) == 2  # what one second of delay may catch up with
    broadcast.refresh_from_db()
    assert claim_recipients(broadcast, now) == []
    assert len(claim_recipients(broadcast, now + timedelta(seconds=1))) == 1


def test_it_is_quiet_at_night_where_the_channel_is(channel: Channel) -> None:
    make_shopper(channel)
    broadcast = make_running(quiet_from=time(21), quiet_until=time(9))
    night = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    BroadcastRecipient.objects.update(due_at=night)
    Broadcast.objects.update(paced_until=night)
    broadcast.refresh_from_db()
    assert claim_recipients(broadcast, night) == []
    assert len(claim_recipients(broadcast, night + timedelta(hours=10))) == 1


def test_paused_between_claim_and_message(channel: Channel, manager: User) -> None:
    shopper = make_shopper(channel)
    broadcast = make_running()
    [recipient] = claim_recipients(broadcast, timezone.now())
    pause_broadcast(broadcast, by=manager)
    assert send_to(broadcast, recipient) == "pending"
    assert texts_of(shopper) == []


def test_what_a_dead_sender_had_claimed_is_sent_by_another(channel: Channel) -> None:
    shopper = make_shopper(channel)
    broadcast = make_running()
    claim_recipients(broadcast, timezone.now())
    assert send_pending() == 0
    make_all_due(broadcast)
    assert send_pending() == 1
    assert len(texts_of(shopper)) == 1


def test_a_sender_who_comes_too_late_writes_nothing(channel: Channel) -> None:
    shopper = make_shopper(channel)
    broadcast = make_running()
    [late] = claim_recipients(broadcast, timezone.now())
    make_all_due(broadcast)
    send_pending()
    send_to(broadcast, late)
    assert len(texts_of(shopper)) == 1
    assert states(broadcast) == [("sent", "")]


def test_an_answer_after_it_is_still_the_customers_turn(channel: Channel) -> None:
    shopper = make_shopper(channel)
    make_running()
    send_pending()
    write(shopper, "什么活动")
    send_reply(claim(shopper), Response("answer", "9 折"))
    shopper.refresh_from_db()
    assert (shopper.answered_seq, shopper.customer_seq, shopper.last_seq) == (2, 2, 3)


def test_one_that_fails_does_not_stop_the_others(channel: Channel) -> None:
    first, second = make_shoppers(channel, 2)
    broadcast = make_running()
    Message.objects.create(conversation=first, seq=1, sender="ai", text="x")  # its number cannot be given again
    send_pending()
    assert states(broadcast) == [("sent", ""), ("pending", "")]  # the newest customer comes first
    assert len(texts_of(second)) == 1


def test_what_fails_again_and_again_is_given_up(channel: Channel) -> None:
    shopper = make_shopper(channel)
    Message.objects.create(conversation=shopper, seq=1, sender="ai", text="x")
    broadcast = make_running()
    broadcast.recipients.update(attempts=4)
    send_pending()
    assert states(broadcast) == [("failed", "error")]
