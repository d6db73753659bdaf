"""Broadcasts begin once, for exactly the customers that fit, and end once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Customer
from cs_platform.due import run_due
from cs_platform.events import on
from cs_platform.models import AuditEntry, User
from marketing.audience import audience_of, examples_of, plan_of, problems_of, without_value
from marketing.events import BroadcastFinished
from marketing.models import Broadcast, BroadcastRecipient
from marketing.services.broadcasts import (
    CannotStart,
    WrongStatus,
    cancel_broadcast,
    pause_broadcast,
    resume_broadcast,
    schedule_broadcast,
    start_broadcast,
    unschedule_broadcast,
)
from routing.models import Channel
from tests.factories import make_channel, make_customer
from tests.marketing.shop import make_broadcast, make_running, make_shopper, make_shoppers, states

pytestmark = pytest.mark.django_db
heard: list[BroadcastFinished] = []


def hear(event: BroadcastFinished) -> None:
    heard.append(event)


def test_it_begins_at_once_without_a_time(channel: Channel, manager: User) -> None:
    make_shoppers(channel, 3)
    broadcast = schedule_broadcast(make_broadcast(), by=manager)
    assert broadcast.status == "running"
    assert states(broadcast) == [("pending", "")] * 3
    assert AuditEntry.objects.get(action="broadcast.scheduled").actor == manager


def test_it_begins_at_its_time(channel: Channel, manager: User) -> None:
    make_shoppers(channel, 1)
    broadcast = make_broadcast(scheduled_at=timezone.now() + timedelta(hours=1))
    assert schedule_broadcast(broadcast, by=manager).status == "scheduled"
    run_due()
    assert not BroadcastRecipient.objects.exists()


def test_beginning_twice_writes_one_row_per_customer(channel: Channel) -> None:
    make_shoppers(channel, 3)
    broadcast = make_running()
    assert start_broadcast(broadcast.pk) == 0
    assert BroadcastRecipient.objects.count() == 3


def test_customers_of_several_channels_get_it_on_the_latest(channel: Channel) -> None:
    shopper = make_shopper(channel)
    other = make_channel()
    later = other_conversation(shopper.customer, other)
    broadcast = make_running()
    assert list(broadcast.recipients.values_list("conversation", flat=True)) == [later]


def other_conversation(customer: Customer, channel: Channel) -> int:
    at = timezone.now() + timedelta(minutes=1)
    return customer.conversations.create(channel=channel, last_message_at=at).pk


def test_only_the_chosen_channels(channel: Channel) -> None:
    make_shopper(channel)
    here = make_shopper(make_channel())
    broadcast = make_broadcast(status="scheduled")
    broadcast.channels.add(here.channel)
    start_broadcast(broadcast.pk)
    assert list(broadcast.recipients.values_list("conversation", flat=True)) == [here.pk]


def test_who_never_wrote_cannot_be_reached(channel: Channel) -> None:
    make_customer("Lin")
    make_shopper(channel)
    audience = audience_of(plan_of(make_broadcast()))
    assert (audience.customers, audience.reachable) == (2, 1)


def test_who_opted_out_is_left_out_and_shown(channel: Channel) -> None:
    make_shopper(channel, marketing_consent="refused")
    make_shopper(channel)
    assert sorted(states(make_running())) == [("pending", ""), ("skipped", "opted_out")]


def test_who_got_another_one_lately_is_left_out(channel: Channel) -> None:
    make_shopper(channel)
    make_running().recipients.update(state="sent", sent_at=timezone.now() - timedelta(days=2))
    assert states(make_running(pause_days=3)) == [("skipped", "recently")]
    assert states(make_running(pause_days=1)) == [("pending", "")]


def test_each_customer_has_a_coupon_of_their_own(channel: Channel) -> None:
    make_shoppers(channel, 3)
    broadcast = make_running(text="券码 {coupon}", coupon_codes="A\nB\nB\n\nC\nD")
    assert sorted(broadcast.recipients.values_list("coupon", flat=True)) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"text": "{phone}"}, "phone"),
        ({"text": "{coupon}", "coupon_codes": "A"}, "1"),
        ({"text": " "}, "空"),
    ],
)
def test_what_has_to_be_mended_first(channel: Channel, manager: User, fields: dict[str, Any], problem: str) -> None:
    make_shoppers(channel, 2)
    with pytest.raises(CannotStart) as caught:
        schedule_broadcast(make_broadcast(**fields), by=manager)
    assert problem in caught.value.problems[0]
    assert Broadcast.objects.get().status == "draft"


def test_nobody_to_write_to_is_a_problem(channel: Channel) -> None:
    plan = plan_of(make_broadcast())
    assert problems_of(plan, audience_of(plan)) == ["没有可以发送的客户。"]


def test_contacts_in_a_text_for_a_strict_platform(channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(kind="douyin")
    make_shopper(channel)
    plan = plan_of(make_broadcast(text="加微信 abc12345"))
    assert problems_of(plan, audience_of(plan)) == ["以下平台禁止在文字中留联系方式：Shop。"]


def test_what_the_first_customers_would_read(channel: Channel) -> None:
    make_shopper(channel, "Lin")
    make_shopper(channel)
    make_shopper(channel, "Wang", marketing_consent="refused")
    plan = plan_of(make_broadcast(text="{name} {coupon}", coupon_codes="A\nB"))
    assert [(one.filled.text, one.filled.missing) for one in examples_of(plan)] == [(" A", ("name",)), ("Lin B", ())]


def test_who_would_be_left_out_for_a_missing_value(channel: Channel) -> None:
    make_shopper(channel, "Lin")
    make_shopper(channel)
    assert [
        without_value(plan_of(make_broadcast(text=text))) for text in ("{name}", "{name|亲}", "{name} {order}")
    ] == [
        1,
        0,
        2,
    ]


def test_paused_and_resumed(channel: Channel, manager: User) -> None:
    make_shopper(channel)
    broadcast = make_running()
    assert pause_broadcast(broadcast, by=manager).status == "paused"
    with pytest.raises(WrongStatus):
        pause_broadcast(broadcast, by=manager)
    assert resume_broadcast(broadcast, by=manager).status == "running"


def test_cancelled_ones_are_told_with_their_counts(
    channel: Channel, manager: User, deliver: Callable[[], None]
) -> None:
    on(BroadcastFinished, hear)
    heard.clear()
    make_shoppers(channel, 2)
    broadcast = make_running()
    cancel_broadcast(broadcast, by=manager)
    deliver()
    assert states(broadcast) == [("skipped", "cancelled")] * 2
    assert heard == [BroadcastFinished(broadcast.pk, "三月上新", "cancelled", 2, 0, 2, 0)]


def test_back_to_a_draft(channel: Channel, manager: User) -> None:
    make_shopper(channel)
    broadcast = make_broadcast(scheduled_at=timezone.now() + timedelta(hours=1))
    schedule_broadcast(broadcast, by=manager)
    assert unschedule_broadcast(broadcast, by=manager).status == "draft"


def test_with_nobody_left_it_ends_at_once(channel: Channel) -> None:
    make_shopper(channel, marketing_consent="refused")
    assert make_running().status == "finished"
