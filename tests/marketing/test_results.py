"""What became of a broadcast, counted by customer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from conversations.models import Conversation, Customer, Order
from marketing.models import Broadcast, BroadcastRecipient
from marketing.results import course_of, effect_of, progress_of, seconds_left
from marketing.services.sending import send_pending
from routing.models import Channel
from tests.factories import write
from tests.marketing.shop import make_order, make_running, make_shopper, make_shoppers

pytestmark = pytest.mark.django_db


@pytest.fixture
def shopping(channel: Channel) -> Conversation:
    return make_shopper(channel, "Lin")


@pytest.fixture
def sent(shopping: Conversation) -> Broadcast:
    broadcast = make_running(conversion_days=7)
    send_pending()
    return broadcast


def at(order: Order, sent: Broadcast, **later: int) -> None:
    moment = BroadcastRecipient.objects.get(broadcast=sent).sent_at
    assert moment is not None
    Order.objects.filter(pk=order.pk).update(paid_at=moment + timedelta(**later))


def test_progress_counts_states_and_reasons(channel: Channel) -> None:
    make_shopper(channel, marketing_consent="refused")
    make_shoppers(channel, 3)
    broadcast = make_running()
    progress = progress_of(broadcast)
    assert (progress.total, progress.sent, progress.waiting, progress.percent) == (4, 0, 3, 25)
    assert progress.reasons == {"opted_out": 1}
    assert seconds_left(broadcast, progress) == 0


def test_an_order_within_the_days_counts(sent: Broadcast, shopping: Conversation) -> None:
    for total, days in ((100, 1), (50, 6), (30, 7), (20, -1)):
        at(make_order(shopping.customer, total=total), sent, days=days)
    effect = effect_of(sent)
    assert (effect.ordered, effect.orders, effect.revenue) == (1, 2, Decimal(150))


def test_an_unpaid_order_and_one_of_somebody_else_do_not(sent: Broadcast, shopping: Conversation) -> None:
    Order.objects.filter(pk=make_order(shopping.customer).pk).update(paid_at=None)
    make_order(Customer.objects.create())
    assert effect_of(sent).orders == 0


def test_answers_reading_and_opt_outs(sent: Broadcast, shopping: Conversation) -> None:
    assert (effect_of(sent).replied, effect_of(sent).read) == (0, 0)
    write(shopping, "什么活动", "TD")
    Conversation.objects.update(customer_read_seq=1)
    Customer.objects.update(marketing_consent="refused", marketing_consent_at=timezone.now())
    effect = effect_of(sent)
    assert (effect.replied, effect.read, effect.opted_out) == (1, 1, 1)


def test_a_refusal_from_before_is_none_of_its(sent: Broadcast) -> None:
    Customer.objects.update(marketing_consent="refused", marketing_consent_at=timezone.now() - timedelta(days=1))
    assert effect_of(sent).opted_out == 0


def test_the_course_is_cut_into_equal_steps(channel: Channel) -> None:
    make_shoppers(channel, 4)
    broadcast = make_running()
    now = timezone.now()
    for recipient, minute in zip(broadcast.recipients.all(), (0, 1, 1, 90), strict=True):
        BroadcastRecipient.objects.filter(pk=recipient.pk).update(state="sent", sent_at=now + timedelta(minutes=minute))
    course = course_of(broadcast)
    assert (course.step, len(course.counts), course.counts[0], sum(course.counts)) == (timedelta(minutes=5), 19, 3, 4)


def test_the_course_of_nothing(channel: Channel) -> None:
    make_shopper(channel)
    assert course_of(make_running()).counts == []
