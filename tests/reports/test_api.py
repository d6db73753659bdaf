"""REST: reports."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from conversations.models import Conversation
from reports.building import build_episodes
from reports.models import Episode, WeeklyReport
from tests.api import ApiClient
from tests.factories import make_channel, make_conversation, write

pytestmark = pytest.mark.django_db

Api = Callable[..., ApiClient]
PATHS = [f"/api/v1/reports/{name}/" for name in ("board", "channels", "agents", "weekly", "episodes")]


@pytest.fixture
def reports(api: Api) -> ApiClient:
    return api("reports:read")


def talk(text: str = "怎么退货") -> Conversation:
    conversation = make_conversation(make_channel(name="Shop"))
    write(conversation, text)
    build_episodes([conversation.pk])
    return conversation


@pytest.mark.parametrize("path", PATHS)
def test_another_scope_is_not_enough(api: Api, path: str) -> None:
    assert api("tickets:read").get(path).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_figures_cannot_be_written(api: Api, path: str) -> None:
    assert api("reports:read").post(path, {}).status_code in (403, 405)


def test_the_board_in_numbers(reports: ApiClient) -> None:
    talk()
    board = reports.get("/api/v1/reports/board/").json()
    assert (board["end"], board["figures"]["engaged"]) == (f"{timezone.localtime():%Y-%m-%d}", 1)
    assert board["rates"]["lead_rate"] == 0 and board["rates"]["resolved_rate"] is None
    assert sum(board["outcomes"].values()) == board["figures"]["ai_cohort"]
    assert [hour["figures"]["engaged"] for hour in board["hours"]] == [1]
    assert board["response_seconds"]["first_person_p50"] is None


def test_a_period_without_anything(reports: ApiClient) -> None:
    talk()
    board = reports.get("/api/v1/reports/board/", {"start": "2020-01-01", "end": "2020-01-02"}).json()
    assert (board["start"], board["figures"]["conversations"], board["hours"]) == ("2020-01-01", 0, [])


def test_channels_have_their_own_figures(reports: ApiClient) -> None:
    conversation = talk()
    (line,) = reports.get("/api/v1/reports/channels/").json()
    assert (line["channel"], line["name"], line["figures"]["engaged"]) == (conversation.channel_id, "Shop", 1)


def test_agents_have_their_own_figures(reports: ApiClient) -> None:
    conversation = talk()
    part = Episode.objects.get().participations.create(
        agent=reports.key.owner, joined_at=timezone.now(), replies=2, turns=1, first_wait_ms=4000
    )
    part.hour = Episode.objects.get().hour
    part.save()
    (line,) = reports.get("/api/v1/reports/agents/").json()
    assert (line["chats"], line["replies"], line["first_response_p50"]) == (1, 2, 4.0)
    assert conversation.pk


def test_the_rows_behind_a_figure_without_what_was_said(reports: ApiClient) -> None:
    conversation = talk("我的电话是 13800000000")
    found = reports.get("/api/v1/reports/episodes/", {"figure": "engaged"}).json()["results"]
    assert [row["conversation"] for row in found] == [conversation.pk]
    assert "13800000000" not in str(found)
    assert reports.get("/api/v1/reports/episodes/", {"figure": "handed_over"}).json()["results"] == []


@pytest.mark.parametrize("only", [{"category": "9"}, {"agent": "9"}, {"reason": "vip"}])
def test_every_word_of_a_scope_narrows_the_rows(reports: ApiClient, only: dict[str, str]) -> None:
    talk()
    found = reports.get("/api/v1/reports/episodes/", only).json()["results"]
    assert found == []


@pytest.mark.parametrize("path", [path for path in PATHS if "weekly" not in path])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[("start", "99999-01-01"), ("start", "2999-01-01"), ("start", "2001-01-01"), ("end", "2026-13-01")],
        *[("channel", "x"), ("days", "sunday"), ("at", "24")],
    ],
)
def test_words_that_would_be_passed_over_are_refused_by_name(
    reports: ApiClient, path: str, name: str, text: str
) -> None:
    reply = reports.get(path, {name: text})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (400, f"#/{name}")


def test_a_weekly_report_without_customers_comments(reports: ApiClient) -> None:
    content = {"ratings": [{"conversation": 1, "score": 1, "comment": "骂人的话"}], "gaps": []}
    report = WeeklyReport.objects.create(week="2026-W47", start="2026-11-16", end="2026-11-22", content=content)
    found = reports.get(f"/api/v1/reports/weekly/{report.pk}/").json()
    assert (found["week"], found["content"]["ratings"]) == ("2026-W47", [{"conversation": 1, "score": 1}])
