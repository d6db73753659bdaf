"""The weekly report: written once whoever does it, mailed once to each, and true to what happened in its week."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from conversations.models import Rating
from conversations.services.erasing import erase_customer
from cs_platform.models import User
from kb.models import Category, Gap
from kb.services.gaps import record_gap
from reports.gaps import describe_week, week_key, week_of
from reports.hours import hour_of
from reports.models import Episode, Mailing, Subscriber, WeeklyReport
from reports.tallies import rebuild_tallies
from reports.weekly import mail_reports, write_weekly_report
from tests.factories import make_conversation, make_entry
from tests.reports.histories import make_episode

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday morning in Shanghai
START = week_of(timezone.localtime(NOW).date() - timedelta(days=7))[0]
IN_WEEK = NOW - timedelta(days=3)


def ask(question: str, at: datetime, number: int = 0) -> Gap:
    gap = record_gap(question, source="miss", reference=f"{question}:{at}:{number}", asked_at=at)
    assert gap is not None
    return gap


def end_badly(category: Category | None = None, **fields: Any) -> Episode:
    times = {"opened_at": IN_WEEK, "ended_at": IN_WEEK, "closed_at": IN_WEEK, "hour": hour_of(IN_WEEK)}
    return make_episode(category=category, **{**times, "last_decision": "unknown", **fields})


def content() -> dict[str, Any]:
    rebuild_tallies(Episode.objects.values_list("hour", flat=True), NOW)
    return describe_week(START, NOW)


def test_a_week_is_an_iso_week() -> None:
    assert (week_key(START), START.isoformat()) == ("2026-W47", "2026-11-16")
    assert week_key(datetime(2027, 1, 1, tzinfo=UTC).date()) == "2026-W53"


def test_questions_without_an_answer_are_counted_per_week() -> None:
    for number in range(3):
        ask("有没有会员积分", IN_WEEK, number)
    ask("有没有会员积分", IN_WEEK - timedelta(days=7))
    ask("能刻字吗", IN_WEEK)
    found = [(line["question"], line["count"], line["before"]) for line in content()["gaps"]]
    assert found == [("有没有会员积分", 3, 1), ("能刻字吗", 1, 0)]


def test_a_question_that_has_its_answer_now_is_no_gap() -> None:
    gap = ask("能刻字吗", IN_WEEK)
    Gap.objects.filter(pk=gap.pk).update(status=Gap.Status.RESOLVED)
    assert content()["gaps"] == []


def test_a_category_stands_out_from_five_conversations_and_thirty_per_cent_on() -> None:
    bad, small = Category.objects.create(name="发票"), Category.objects.create(name="积分")
    for _ in range(4):
        end_badly(bad)
        end_badly(small)
    end_badly(bad, last_decision="answer")
    (scene,) = content()["scenes"]
    assert (scene["name"], scene["count"], scene["unresolved"], scene["share"]) == ("发票", 5, 4, 0.8)


def test_bad_ratings_of_the_week_come_with_their_words() -> None:
    conversation = make_conversation()
    for number, (score, at) in enumerate([(1, IN_WEEK), (3, IN_WEEK), (2, IN_WEEK - timedelta(days=7))]):
        row = Rating.objects.create(conversation=conversation, episode_seq=number, score=score, comment="慢")
        Rating.objects.filter(pk=row.pk).update(created_at=at)
    assert [(one["score"], one["comment"]) for one in content()["ratings"]] == [(1, "慢")]


def test_a_repair_is_shown_with_what_it_has_brought() -> None:
    gap, entry = ask("能开专票吗", NOW - timedelta(days=17)), make_entry("能开专票吗？", "可以。")
    repaired = {"entry": entry, "status": Gap.Status.RESOLVED, "resolved_at": NOW - timedelta(days=14)}
    Gap.objects.filter(pk=gap.pk).update(**repaired)
    solved = end_badly(last_decision="answer")
    solved.conversation.messages.create(seq=1, sender="ai", text="可以。", entry=entry, created_at=IN_WEEK)
    (line,) = content()["lift"]
    assert (line["missed_before"], line["missed_now"], line["answered_now"]) == (1, 0, 1)
    assert (line["solved_before"], line["solved_now"]) == (None, 1.0)


def test_each_action_leads_to_the_place_where_it_is_done(client: Client, manager: User) -> None:
    topic = Category.objects.create(name="发票")
    gap = ask("能刻字吗", IN_WEEK)
    for _ in range(5):
        end_badly(topic)
    end_badly(handoff_at=IN_WEEK)
    client.force_login(manager)
    rebuild_tallies(Episode.objects.values_list("hour", flat=True), NOW)
    page = client.get("/admin/reports/weekly/", {"end": "2026-11-22"})
    addresses = [action.url for action in page.context["actions"]]
    assert addresses[0] == f"/admin/kb/gap/{gap.pk}/change/"
    assert [client.get(address).status_code for address in addresses] == [200, 200, 200]


def test_an_erased_customers_words_leave_the_report(manager: User) -> None:
    conversation, other = make_conversation(), make_conversation()
    said = [{"conversation": one.pk, "score": 1, "comment": "太差了"} for one in (conversation, other)]
    day = timezone.localdate()
    WeeklyReport.objects.create(week="2026-W01", start=day, end=day, content={"ratings": said})
    erase_customer(conversation.customer, by=manager)
    assert [one["comment"] for one in WeeklyReport.objects.get().content["ratings"]] == ["", "太差了"]


def test_what_was_written_does_not_change_any_more() -> None:
    report = write_weekly_report(NOW)
    ask("能刻字吗", IN_WEEK)
    assert write_weekly_report(NOW) == report
    assert (report.week, report.content["gaps"]) == ("2026-W47", [])
    assert WeeklyReport.objects.get().content["gaps"] == []


@pytest.mark.django_db(transaction=True)
def test_many_workers_write_one_report() -> None:
    together = threading.Barrier(3)

    def work(_: int) -> int:
        together.wait(timeout=10)
        try:
            return write_weekly_report(NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(work, range(3)))) == 1
    assert WeeklyReport.objects.count() == 1


def test_every_subscriber_gets_it_once(settings: Settings) -> None:
    settings.EMAIL_URL = "memory"
    Subscriber.objects.create(email="a@example.com")
    Subscriber.objects.create(email="b@example.com", is_active=False)
    ask("能刻字吗", IN_WEEK)
    write_weekly_report(NOW)
    assert (mail_reports(), mail_reports()) == (1, 0)
    (message,) = mail.outbox
    assert message.to == ["a@example.com"]
    assert "能刻字吗" in message.body and message.attachments[0][0] == "2026-W47.xlsx"


def test_a_mail_that_failed_is_sent_again(settings: Settings) -> None:
    settings.EMAIL_URL = "memory"
    subscriber = Subscriber.objects.create(email="a@example.com")
    Mailing.objects.create(report=write_weekly_report(NOW), subscriber=subscriber, error="refused")
    assert mail_reports() == 1


def test_without_a_mail_server_nothing_is_claimed() -> None:
    Subscriber.objects.create(email="a@example.com")
    write_weekly_report(NOW)
    assert mail_reports() == 0
    assert not Mailing.objects.exists()


def test_a_manager_writes_a_week_for_good(client: Client, manager: User) -> None:
    client.force_login(manager)
    client.post("/admin/reports/weekly/?end=2026-11-15")
    assert WeeklyReport.objects.get().week == "2026-W46"


def test_weeks_are_chosen_by_their_days(client: Client, manager: User) -> None:
    client.force_login(manager)
    before = week_of(timezone.localdate() - timedelta(days=7))
    labels = [label for label, _url, _is_current in client.get("/admin/reports/weekly/").context["weeks"]]
    assert labels[:2] == ["本周至今", f"{before[0]:%m-%d} – {before[1]:%m-%d}"]


def test_the_whole_report_is_one_workbook(client: Client, manager: User) -> None:
    client.force_login(manager)
    reply = client.get("/admin/reports/export/week.xlsx", {"end": "2026-11-15"})
    assert reply["Content-Disposition"] == 'attachment; filename="2026-W46.xlsx"'
    assert reply.content.startswith(b"PK")
