"""Nobody comes: people are called, step by step, until somebody takes the customer."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.models import Conversation, EscalationStep
from conversations.responding import Response
from conversations.services import handover
from conversations.services.escalation import DEFAULT_LADDER, ladder_of
from conversations.services.replies import send_reply
from cs_platform.models import NoticeDelivery, NoticeTarget, User
from routing.facts import Action
from routing.models import Agent, Channel, Duty, Interval, Schedule, SkillGroup
from tests.conversations.desks import queue, seat
from tests.conversations.timing import time_passes
from tests.factories import claim, make_channel, make_conversation, make_user, write

pytestmark = pytest.mark.django_db

Deliver = Callable[[], None]


def make_target(name: str, user: User | None = None, kind: str = "email") -> NoticeTarget:
    return NoticeTarget.objects.create(name=name, kind=kind, address=f"{name}@shop.test", user=user)


def make_step(after_seconds: int, audience: str, **fields: object) -> EscalationStep:
    return EscalationStep.objects.create(after_seconds=after_seconds, audience=audience, **fields)


def called() -> list[str]:
    """Whom notices went to, in order."""
    return list(NoticeDelivery.objects.order_by("pk").values_list("target__name", flat=True))


def make_duty(user: User) -> Duty:
    return Duty.objects.create(user=user, starts=time(0), ends=time(23, 59, 59))


def closed_channel() -> Channel:
    """A shop that opens tomorrow."""
    schedule = Schedule.objects.create(name="Tomorrow", follows_public_holidays=False)
    tomorrow = timezone.localtime() + timedelta(days=1)
    Interval.objects.create(schedule=schedule, weekday=tomorrow.weekday(), starts=time(9), ends=time(18))
    return make_channel(schedule=schedule)


def test_a_step_is_taken_once_its_time_has_come(conversation: Conversation, deliver: Deliver, agent: User) -> None:
    make_step(30, "group")
    make_target("robot")
    queue(conversation)
    time_passes(conversation, 29)
    deliver()
    assert called() == []
    time_passes(conversation, 1)
    deliver()
    assert called() == ["robot"]


def test_looking_again_calls_nobody_twice(conversation: Conversation, deliver: Deliver) -> None:
    make_step(30, "group")
    make_target("robot")
    queue(conversation)
    for seconds in (30, 60, 60):
        time_passes(conversation, seconds)
    deliver()
    assert called() == ["robot"]


def test_the_ladder_goes_from_agents_over_duty_to_managers(
    conversation: Conversation, deliver: Deliver, agent: User, agent2: User, manager: User
) -> None:
    seat(agent, accepts_automatically=False)
    make_duty(agent2)
    for user in (agent, agent2, manager):
        make_target(user.username, user)
    queue(conversation)
    for seconds in (20, 40, 120):
        time_passes(conversation, seconds)
        deliver()
    assert called() == ["agent", "agent2", "manager"]


def test_the_last_step_is_taken_again_until_somebody_accepts(
    conversation: Conversation, deliver: Deliver, agent: User
) -> None:
    seat(agent, accepts_automatically=False)
    make_step(60, "group")
    make_target("agent", agent)
    queue(conversation)
    for seconds in (60, 299, 1, 300):
        time_passes(conversation, seconds)
    deliver()
    assert called() == ["agent"] * 3


def test_nobody_is_called_for_a_customer_who_was_taken_meanwhile(
    conversation: Conversation, deliver: Deliver, agent: User
) -> None:
    make_target("robot")
    queue(conversation)
    time_passes(conversation, 20)
    handover.take_over(conversation.pk, agent)
    deliver()
    assert called() == []


def test_a_notice_that_has_not_left_yet_stays_when_somebody_takes_the_customer(
    conversation: Conversation, deliver: Deliver, agent: User
) -> None:
    make_target("robot")
    queue(conversation)
    time_passes(conversation, 20)
    deliver()
    handover.take_over(conversation.pk, agent)
    assert NoticeDelivery.objects.get().state == "cancelled"


def test_only_the_wanted_group_is_called(
    conversation: Conversation, deliver: Deliver, agent: User, agent2: User
) -> None:
    for user in (agent, agent2):
        seat(user, accepts_automatically=False)
        make_target(user.username, user)
    group = SkillGroup.objects.create(name="Refunds")
    group.agents.add(Agent.objects.get(user=agent2))
    group.channels.add(conversation.channel)
    queue(conversation)
    time_passes(conversation, 20)
    deliver()
    assert called() == ["agent2"]


def test_an_audience_without_targets_leaves_it_to_the_groups_robots(
    conversation: Conversation, deliver: Deliver
) -> None:
    make_step(30, "duty")
    make_target("robot", kind="wecom")
    queue(conversation)
    time_passes(conversation, 30)
    deliver()
    assert called() == ["robot"]


def test_a_step_may_name_one_transport(conversation: Conversation, deliver: Deliver) -> None:
    make_step(30, "group", transport="wecom")
    make_target("mailbox")
    make_target("robot", kind="wecom")
    queue(conversation)
    time_passes(conversation, 30)
    deliver()
    assert called() == ["robot"]


def test_a_channel_may_have_a_ladder_of_its_own(channel: Channel) -> None:
    make_step(10, "duty")
    own = make_step(5, "managers", channel=channel)
    assert [step.after_seconds for step in ladder_of(channel.pk)] == [own.after_seconds]
    assert [step.after_seconds for step in ladder_of(make_channel().pk)] == [10]


def test_without_steps_the_usual_ladder_holds(channel: Channel) -> None:
    assert ladder_of(channel.pk) == list(DEFAULT_LADDER)


def test_while_the_shop_is_closed_nobody_is_woken(deliver: Deliver) -> None:
    make_duty(make_user())
    make_target("robot")
    conversation = queue(make_conversation(closed_channel()))
    for seconds in (20, 40, 120):
        time_passes(conversation, seconds)
    deliver()
    assert called() == []


def test_while_the_shop_is_closed_an_urgent_matter_wakes_who_is_on_duty(deliver: Deliver) -> None:
    duty = make_user("night")
    make_duty(duty)
    make_target("night", duty)
    conversation = make_conversation(closed_channel(), priority=2)
    queue(conversation)
    for seconds in (20, 40):
        time_passes(conversation, seconds)
    deliver()
    assert called() == ["night"]


def test_the_notice_says_who_waits_and_why(deliver: Deliver) -> None:
    make_target("robot")
    conversation = queue(make_conversation(make_channel(name="官网")))
    time_passes(conversation, 20)
    deliver()
    notice = NoticeDelivery.objects.get()
    assert notice.title == "有客户等待人工服务"
    assert notice.text == f"访客 {conversation.customer_id}在“官网”已等待 1 分钟。 客户要求转人工"


def test_a_rule_may_call_who_is_on_duty_at_once_though_the_shop_is_closed(deliver: Deliver) -> None:
    duty = make_user("night")
    make_duty(duty)
    make_target("night", duty)
    response = Response("handoff", "", actions=(Action("notify_duty"),))
    queue(make_conversation(closed_channel()), response=response)
    deliver()
    assert called() == ["night"]


def test_a_rule_may_call_a_group_though_the_ai_answers(
    conversation: Conversation, deliver: Deliver, agent: User
) -> None:
    seat(agent)
    group = SkillGroup.objects.create(name="Refunds")
    group.agents.add(Agent.objects.get(user=agent))
    make_target("agent", agent)
    write(conversation, "hi")
    send_reply(claim(conversation), Response("answer", "Two days.", actions=(Action("notify_group", group.pk),)))
    deliver()
    notice = NoticeDelivery.objects.get()
    assert (notice.target.name, notice.title) == ("agent", "有会话需要关注")


def test_a_step_after_more_than_a_day_is_none(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.post(
        reverse("admin:conversations_escalationstep_add"), {"after_seconds": "86401", "audience": "duty"}
    )
    assert list(page.context["adminform"].form.errors) == ["after_seconds"] and not EscalationStep.objects.exists()
