"""The tables of channels, agents, takeovers, insights and costs, against rows that a hand can count."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from conversations.models import Order, OrderItem, Suggestion
from cs_platform.models import AuditEntry, User
from kb.models import Category
from reports import channels, costs, insights, performance, takeovers
from reports.hours import hour_of
from reports.models import ChannelCost, CostAssumption, Episode, Participation
from reports.outside import apply_leads, apply_orders
from reports.scope import Scope
from reports.tables import Table, write
from reports.tallies import rebuild_tallies
from tests.factories import make_channel, make_conversation
from tests.reports.histories import make_episode

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 4, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
SCOPE = Scope(date(2026, 11, 18), date(2026, 11, 18))


def happened(**fields: Any) -> Episode:
    times = {"opened_at": NOW, "first_customer_at": NOW, "ended_at": NOW, "closed_at": NOW, "hour": hour_of(NOW)}
    return make_episode(fields.pop("conversation", None), **{**times, **fields})


def values(make: Callable[[Scope, datetime], list[Table]], key: str, scope: Scope = SCOPE) -> list[list[Any]]:
    rebuild_tallies(Episode.objects.values_list("hour", flat=True), LATER)
    return [[cell.value for cell in row] for one in make(scope, LATER) if one.key == key for row in one.rows]


def order(episode: Episode, hours: float, total: int = 100, **fields: Any) -> Order:
    at = NOW + timedelta(hours=hours)
    number = f"Q{Order.objects.count()}"
    given = {"customer_id": episode.customer_id, "number": number, "paid_at": at, "created_at": at, "status": "paid"}
    return Order.objects.create(total=Decimal(total), **{**given, **fields})


def test_a_channel_with_its_orders_and_cost() -> None:
    shop = make_channel(name="Shop")
    happened(conversation=make_conversation(shop), order_count=2, order_amount=30_000)
    happened(conversation=make_conversation(shop))
    ChannelCost.objects.create(channel=shop, month=date(2026, 11, 1), amount=300)
    (line,) = values(channels.make_tables, "effect")
    assert line == ["Shop", 2, 2, 0.0, 0.5, 2, 30_000, 15_000.0, 1000, 29.0]


def test_without_a_cost_there_is_no_return() -> None:
    happened(order_count=1, order_amount=30_000)
    (line,) = values(channels.make_tables, "effect")
    assert line[-2:] == [None, None]


def test_an_order_counts_for_the_last_episode_before_it_and_only_within_a_week() -> None:
    conversation = make_conversation()
    first = happened(conversation=conversation)
    second = happened(conversation=conversation, start_seq=5, first_customer_at=NOW + timedelta(hours=2))
    order(first, 1, 100)
    order(first, 3, 50)
    order(first, 24 * 7 + 3, 999)
    order(first, 4, 999, status="refunded")
    order(first, -1, 999)
    assert apply_orders([conversation.customer_id]) == {first.hour}
    amounts = Episode.objects.order_by("start_seq").values_list("order_count", "order_amount")
    assert list(amounts) == [(1, 10_000), (1, 5_000)]
    assert second.start_seq == 5


def test_an_order_that_was_refunded_no_longer_counts() -> None:
    episode = happened()
    paid = order(episode, 1)
    apply_orders([episode.customer_id])
    Order.objects.filter(pk=paid.pk).update(status="refunded")
    apply_orders([episode.customer_id])
    assert Episode.objects.get().order_count == 0


def test_only_the_first_capture_of_a_lead_counts() -> None:
    from_chat, again = happened(), happened()
    lead = from_chat.customer.leads.create(phone="13800000000")
    for number, episode in enumerate((from_chat, again)):
        lead.captures.create(key=str(number), source="card", conversation=episode.conversation)
    apply_leads([from_chat.conversation_id, again.conversation_id])
    assert Episode.objects.filter(lead_at__isnull=False).get() == from_chat


def took_part(agent: User, episode: Episode, **fields: Any) -> None:
    Participation.objects.create(
        episode=episode, agent=agent, hour=episode.hour, joined_at=NOW, **{"replies": 1, "is_last": True, **fields}
    )


def test_what_an_agent_did(agent: User, agent2: User) -> None:
    took_part(agent, happened(rating=5), turns=2, turns_30s=1, turns_180s=2, first_wait_ms=10_000, handle_seconds=60)
    took_part(agent, happened(rating=2), turns=2, turns_30s=2, turns_180s=2, first_wait_ms=30_000, handle_seconds=120)
    took_part(agent2, happened(), first_wait_ms=5000)
    took_part(agent2, happened(), replies=0)
    mei, jun = values(performance.make_tables, "agents")
    assert mei == ["Mei", 2, 2, 10.0, 30.0, 0.75, 1.0, 90.0, 3.5, 0.5, None, 0, 0]
    assert jun[:5] == ["Jun", 1, 1, 5.0, 5.0]


def test_suggestions_are_counted_by_moment_for_whoever_wrote_next(agent: User) -> None:
    episode = happened()
    took_part(agent, episode)
    talk = episode.conversation
    for seq in (1, 3, 5):
        talk.suggestions.create(seq=seq, text="a", used_at=NOW if seq == 3 else None)
        talk.suggestions.create(seq=seq, text="b")
    for seq in (2, 4):
        talk.messages.create(seq=seq, sender="agent", author=agent, text="x")
    Suggestion.objects.update(shown_at=NOW)
    work = performance.read_work(SCOPE)[agent.pk]
    assert (work.suggested, work.adopted, work.edited) == (2, 1, 0)


def test_the_episodes_of_an_agent_are_the_rows_behind_the_count(client: Client, manager: User, agent: User) -> None:
    took_part(agent, happened())
    happened()
    (line,) = [row for table in performance.make_tables(SCOPE, LATER) if table.key == "agents" for row in table.rows]
    client.force_login(manager)
    assert client.get(line[1].url).context["cl"].result_count == 1


def test_reasons_for_a_person_with_the_time_it_took() -> None:
    asked = {"handoff_at": NOW, "handoff_reason": "customer_request"}
    for seconds in (20, 40):
        happened(**asked, joined_at=NOW + timedelta(seconds=seconds), rating=4)
    happened(**asked)
    happened(joined_at=NOW, handoff_reason="agent_takeover")
    request, takeover = values(takeovers.make_tables, "reasons")
    assert request == ["客户要求转人工", 3, 0.75, 20.0, 40.0, 0.5, 1, 4.0]
    assert takeover[1:5] == [1, 0.25, None, None]


def test_hours_in_which_people_are_called() -> None:
    happened(handoff_at=NOW)
    assert [line[:2] for line in values(takeovers.make_tables, "hours")] == [["12:00", 1]]


def test_topics_that_grew_come_before_those_that_stayed() -> None:
    new, old = Category.objects.create(name="发票"), Category.objects.create(name="退货")
    yesterday = hour_of(NOW) - 24
    for category, hour in ((old, yesterday), (old, hour_of(NOW)), (new, hour_of(NOW))):
        happened(category=category, hour=hour)
    first, second = values(insights.make_tables, "topics")
    assert {(first[0], first[4]), (second[0], second[4])} == {("退货", -0.5), ("发票", 0.5)}


def test_matters_are_told_by_product_of_an_earlier_order() -> None:
    episode = happened(category=Category.objects.create(name="破损"))
    OrderItem.objects.create(order=order(episode, -48), name="台灯")
    OrderItem.objects.create(order=order(episode, -24 * 90), name="毛毯")
    assert values(insights.make_tables, "products") == [["台灯", 1, "破损 1"]]


def test_questions_are_counted_without_their_courtesies() -> None:
    happened(question="你好，怎么退货？")
    happened(question="怎么退货")
    assert values(insights.make_tables, "questions") == [["怎么退货", 2, 1.0]]


WISH = CostAssumption(annual_cost=100_000, hours_per_day=8, minutes_by_hand=5, monthly_ai_cost=1000)


def test_the_article_s_own_reckoning_comes_out() -> None:
    """600 conversations a day, five minutes each: 50 hours, 6.25 people, 625,000 yuan a year."""
    handling = {None: costs.Handling(300, 0, is_assumed=True)}
    found = costs.reckon({0: 600}, handling, 1, WISH)
    assert (found.hours, found.people, found.gross) == (50, 6.25, 625_000)
    assert (found.ai_cost, found.net) == (12_000, 613_000)


def test_measured_minutes_take_the_place_of_assumed_ones_when_there_are_enough() -> None:
    topic = Category.objects.create(name="退货")
    for _ in range(costs.MEASURED_MIN):
        happened(category=topic, handle_seconds=120)
    happened(handle_seconds=4320)
    handling = costs.measure_handling(SCOPE, WISH)
    assert (handling[topic.pk].seconds, handling[topic.pk].is_assumed) == (120, False)
    assert (handling[0].seconds, handling[None].seconds) == (320, 320)


def test_few_measured_conversations_are_said_to_be_few() -> None:
    happened(handle_seconds=60)
    assert costs.measure_handling(SCOPE, WISH)[None] == costs.Handling(300, 1, is_assumed=True)


def test_a_manager_sets_the_assumptions(client: Client, manager: User) -> None:
    client.force_login(manager)
    wish = {"annual_cost": "90000", "hours_per_day": "7.5", "minutes_by_hand": "4", "monthly_ai_cost": "0"}
    for _ in range(2):
        assert client.post("/admin/reports/costs/", wish).status_code == 302
    assert CostAssumption.objects.get().annual_cost == 90_000


def test_the_trail_says_what_the_assumptions_were_and_are(client: Client, manager: User) -> None:
    client.force_login(manager)
    wish = {"annual_cost": "90000", "hours_per_day": "8", "minutes_by_hand": "5", "monthly_ai_cost": "0"}
    for _ in range(2):  # the second time nothing changes
        client.post("/admin/reports/costs/", wish)
    deed = AuditEntry.objects.get(action="costs.changed")
    assert (deed.actor, deed.details) == (manager, {"changed": {"annual_cost": ["100000", "90000"]}})


def test_nonsense_is_refused_at_its_field(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.post("/admin/reports/costs/", {"annual_cost": "-1"})
    assert "annual_cost" in page.context["form"].errors
    assert not CostAssumption.objects.exists()


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "count", "—"),
        (1234, "count", "1,234"),
        (0.1234, "percent", "12.3%"),
        (-0.05, "points", "-5.0 个百分点"),
        (3.14159, "duration", "3.1 秒"),
        (75, "duration", "1 分 15 秒"),
        (7260, "duration", "2 小时 1 分"),
        (123456, "money", "¥1,234.56"),
        (4.126, "decimal", "4.13"),
    ],
)
def test_how_values_are_written(value: Any, kind: Any, text: str) -> None:
    assert write(value, kind) == text
