"""The board's figures against episodes that a hand can count, and the rows that each of them opens."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.utils import timezone

from cs_platform.models import User
from kb.models import Category
from reports.board import Board, make_board
from reports.figures import FIGURES
from reports.hours import hour_of, hours_of_day
from reports.models import Episode
from reports.scope import Scope, read_scope, rows_of
from reports.tallies import rebuild_tallies
from reports.totals import all_of
from routing.models import Channel
from tests.factories import make_channel, make_conversation
from tests.reports.histories import make_episode

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 4, 30, tzinfo=UTC)  # a Wednesday, half past twelve in Shanghai
TODAY = NOW.date()


def happened(days_ago: float = 0, *, hours_ago: float = 0, channel: Channel | None = None, **fields: Any) -> Episode:
    at = NOW - timedelta(days=days_ago, hours=hours_ago)
    times = {"opened_at": at, "ended_at": at, "closed_at": at, "hour": hour_of(at)}
    return make_episode(make_conversation(channel), **{**times, **fields})


def board(start: date = TODAY, end: date = TODAY, **more: Any) -> Board:
    rebuild_tallies(Episode.objects.values_list("hour", flat=True), NOW)
    return make_board(Scope(start, end, **more), NOW)


def cards(found: Board) -> dict[str, str]:
    return {card.key: card.text for card in found.cards}


def table(found: Board, key: str) -> list[list[Any]]:
    return [[cell.value for cell in row] for one in found.tables if one.key == key for row in one.rows]


def test_the_six_core_figures() -> None:
    happened(lead_at=NOW, ai_turns=2, ai_wait_ms=3000)
    happened(handoff_at=NOW, joined_at=NOW, human_turns=1, human_wait_ms=9000, handoff_reason="customer_request")
    happened(last_decision="unknown")
    happened(customer_messages=0, first_ai_at=None)
    assert cards(board()) == {
        "conversations": "4",
        "engaged": "3",
        "lead_rate": "33.3%",
        "resolved_rate": "33.3%",
        "takeover_rate": "33.3%",
        "response": "4.0 秒",
    }


def test_without_any_episode_there_is_a_dash_and_no_zero_rate() -> None:
    assert cards(board())["resolved_rate"] == "—"


def test_the_trend_compares_with_the_same_hours_before() -> None:
    happened()
    happened(hours_ago=1)
    happened(1, hours_ago=1)
    happened(1, hours_ago=-2)  # yesterday afternoon: today's has not come yet
    (card,) = [card for card in board().cards if card.key == "conversations"]
    assert card.trend == "+100%"


def test_a_rate_moves_by_points_and_says_whether_that_is_good() -> None:
    happened(1)
    happened(handoff_at=NOW)
    moved = {card.key: (card.trend, card.is_good) for card in board().cards}
    assert moved["resolved_rate"] == ("-100.0 个百分点", False)
    assert moved["takeover_rate"] == ("+100.0 个百分点", False)


def test_the_outcomes_add_up_to_the_whole() -> None:
    happened()
    happened(handoff_at=NOW, joined_at=NOW)
    happened(handoff_at=NOW)
    happened(rating=1)
    happened(closed_at=None)
    shares = board().outcomes
    assert [share.count for share in shares] == [1, 1, 1, 1, 1]
    assert sum(share.share for share in shares) == 1


def test_every_day_has_a_row_also_an_empty_one() -> None:
    happened(2)
    rows = table(board(TODAY - timedelta(days=3)), "volume")
    assert [row[:2] for row in rows] == [["11-15", 0], ["11-16", 1], ["11-17", 0], ["11-18", 0]]


def test_a_single_day_is_shown_by_hour() -> None:
    happened()
    rows = table(board(), "volume")
    assert len(rows) == 24
    assert [row[0] for row in rows if row[1]] == ["12:00"]


def test_coverage_is_the_share_of_replies_with_an_answer() -> None:
    happened(ai_answers=3, ai_clarifies=1)
    happened(ai_answers=0, ai_unknowns=1)
    assert [row[1:] for row in table(board(), "coverage") if row[2]] == [[0.6, 3, 1, 1]]


def test_weekdays_and_weekends_are_compared_per_day() -> None:
    happened(0)
    happened(3)  # Sunday
    happened(3)
    rows = table(board(TODAY - timedelta(days=6)), "weekend")
    assert [(row[1], row[2]) for row in rows] == [(5, 0.2), (2, 1.0)]


def test_channels_and_categories_have_their_own_lines() -> None:
    shop, top = make_channel(name="Shop"), Category.objects.create(name="售后")
    happened(channel=shop, category=Category.objects.create(name="退货", parent=top))
    happened()
    found = board()
    assert [row[:2] for row in table(found, "categories")] == [["售后", 1], ["未分类", 1]]
    assert {row[0] for row in table(found, "channels")} == {"Shop", "Website"}


def test_a_category_stands_for_all_below_it() -> None:
    top = Category.objects.create(name="售后")
    happened(category=Category.objects.create(name="退货", parent=top))
    happened()
    assert cards(board(category=top.pk))["conversations"] == "1"
    assert cards(board(category=0))["conversations"] == "1"


def various() -> None:
    shop = make_channel()
    for days in (0, 1, 3, 3, 9):
        happened(days, channel=shop)
        happened(days, handoff_at=NOW, joined_at=NOW, rating=5, handoff_reason="customer_request")
        happened(days, customer_messages=0, first_ai_at=None, origin="proactive")
        happened(days, last_decision="unknown", rating=1, lead_at=NOW, order_count=1)
        happened(days, handoff_at=NOW)


@pytest.mark.parametrize("words", [{}, {"days": "weekend"}, {"days": "2", "at": "12"}, {"start": "2026-11-15"}])
def test_every_figure_counts_exactly_the_rows_that_it_opens(words: dict[str, str]) -> None:
    various()
    scope = read_scope(words, NOW)
    rebuild_tallies(Episode.objects.values_list("hour", flat=True), NOW)
    totals = all_of(scope, NOW)
    for key in FIGURES:
        found = rows_of({**words, "figure": key}, NOW).count()
        assert (key, found) == (key, totals[key])


def test_sums_are_the_same_from_tallies_and_from_episodes() -> None:
    various()
    rebuild_tallies(Episode.objects.values_list("hour", flat=True), NOW)
    scope = Scope(TODAY - timedelta(days=20), TODAY)
    episodes = all_of(Scope(scope.start, scope.end, category=0), NOW)
    assert all_of(scope, NOW) == episodes


def test_the_list_behind_a_figure_shows_these_rows_only(client: Client, manager: User) -> None:
    various()
    client.force_login(manager)
    page = client.get("/admin/reports/episode/", {"figure": "negative", "start": "2026-11-15", "end": "2026-11-18"})
    assert page.context["cl"].result_count == 4
    assert {row.rating for row in page.context["cl"].result_list} == {1}


def test_a_link_carries_its_scope_in_both_directions() -> None:
    scope = Scope(
        date(2026, 11, 1), date(2026, 11, 9), channel=3, category=0, days="weekend", at=7, agent=2, reason="vip"
    )
    words = RequestFactory().get(f"/?{scope.query(figure='engaged')}").GET
    assert read_scope(words, NOW) == scope


@pytest.mark.parametrize(
    "words",
    [
        {"start": "x", "end": "99"},
        {"start": "2027-01-01"},
        {"at": "31", "days": "never"},
        {"start": "0001-01-01", "end": "0001-01-02"},
    ],
)
def test_nonsense_in_an_address_is_the_usual_scope(words: dict[str, str]) -> None:
    scope = read_scope(words, NOW)
    assert (scope.end, scope.at, scope.days) == (TODAY, None, "")
    assert scope.start <= scope.end


def test_a_day_has_its_hours_on_the_shops_clock() -> None:
    first, end = hours_of_day(TODAY)
    assert end - first == 24
    assert timezone.localtime(NOW).hour + first == hour_of(NOW)
    assert admin.site.is_registered(Episode)
