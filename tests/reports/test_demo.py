"""The demo history: told once, true to its own figures, and gone without a trace."""

from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from django_q.models import OrmQ

from conversations.demo import create_demo_channel, create_demo_users
from conversations.models import CannedReply, Conversation, Customer, Message, Suggestion, Ticket, WrongReply
from conversations.models.ticket import TicketStatus, TicketType
from cs_platform.models import AuditEntry, DueItem, User
from kb.defaults import create_categories, install_samples
from kb.models import Entry, Experiment, Exposure, Gap, Proposal
from kb.services.entries import publish_entries
from marketing.models import Broadcast, BroadcastRecipient, Lead, LeadCapture, Segment, Trigger, TriggerFiring
from marketing.results import effect_of, progress_of
from reports.demo import history
from reports.demo.history import create_demo, create_once, has_demo, remove_demo
from reports.models import Episode, HourTally, Invention, Watermark, WeeklyReport
from reports.weekly import write_weekly_report
from tests.factories import make_conversation, write

pytestmark = pytest.mark.django_db

COUNTED = ("conversations", "kb", "marketing", "reports", "routing")
KEPT = {"reports.Watermark", "kb.KnowledgeVersion", "kb.SearchState"}


@pytest.fixture
def shop(db: None) -> None:
    create_categories()
    install_samples()
    create_demo_channel()
    create_demo_users("x")


def everything() -> dict[str, int]:
    models = [model for label in COUNTED for model in apps.get_app_config(label).get_models()]
    models += [AuditEntry, DueItem]
    return {model._meta.label: model._default_manager.count() for model in models if model._meta.label not in KEPT}


@pytest.mark.usefixtures("shop")
def test_what_was_invented_is_removed_without_a_trace() -> None:
    own = make_conversation()
    write(own, "我的订单")
    before = everything()
    made = create_demo(days=12)
    assert made > 200 and has_demo()
    assert remove_demo() == made
    assert everything() == before | {"reports.Episode": 0, "reports.HourTally": 0, "reports.TopicTally": 0}


@pytest.mark.usefixtures("shop")
def test_what_the_shop_made_of_it_stays() -> None:
    create_demo(days=2)
    Segment.objects.create(name="自己的")
    segment = Segment.objects.filter(name__startswith="买过两次").get()
    Broadcast.objects.create(name="自己的", segment=segment, text="…")
    published = Entry.objects.in_review().order_by("pk").first()
    assert published is not None and publish_entries([published], by=None) == 1
    remove_demo()
    assert {one.name for one in Segment.objects.all()} == {"自己的", segment.name}
    assert Entry.objects.filter(pk=published.pk, external_id=None).exists() and not Invention.objects.exists()


@pytest.mark.usefixtures("shop")
def test_the_history_is_one_that_the_facts_can_read() -> None:
    create_demo(days=3)
    assert Episode.objects.filter(joined_at__isnull=False, agent__isnull=False).exists()
    assert Episode.objects.filter(last_decision="unknown").exists()
    assert sum(HourTally.objects.values_list("conversations", flat=True)) == Episode.objects.count()
    assert not Message.objects.filter(created_at__gt=timezone.now()).exists()
    assert not Conversation.objects.open().exists()
    assert all(customer.tags == ["演示"] for customer in Customer.objects.all())


@pytest.fixture
def month(shop: None) -> None:
    create_demo()


@pytest.mark.usefixtures("month")
def test_every_page_has_something_to_show() -> None:
    tickets = Ticket.objects.all()
    assert 20 <= tickets.count() <= 60 and tickets.overdue(timezone.now()).exists()
    assert set(tickets.values_list("type", flat=True)) == set(TicketType.values)
    # By chance every unfinished one may be open, or wait for its customer: which one depends on the hour.
    assert set(tickets.values_list("status", flat=True)) > {TicketStatus.SOLVED, TicketStatus.CLOSED}
    assert set(Proposal.objects.values_list("status", flat=True)) == set(Proposal.Status.values)
    assert Gap.objects.pending().count() >= 8 and WrongReply.objects.count() == 4
    assert CannedReply.objects.count() == 12 and Trigger.objects.filter(is_active=True).count() == 3
    assert TriggerFiring.objects.filter(message__isnull=False).count() > 50
    assert Suggestion.objects.used().exists() and LeadCapture.objects.exclude(card=None).count() == Lead.objects.count()
    sent = Broadcast.objects.get(status=Broadcast.Status.FINISHED)
    assert progress_of(sent).sent > 100 and progress_of(sent).reasons and effect_of(sent).replied > 5
    running = Experiment.objects.get()
    assert set(Exposure.objects.values_list("variant__label", flat=True)) == {"A", "B"} and running.winner is None


@pytest.mark.usefixtures("shop")
def test_a_broadcast_comes_after_the_words_before_it() -> None:
    create_demo(days=11)
    told = Message.objects.order_by("conversation", "seq").values_list("conversation", "created_at")
    assert all(one[1] <= other[1] for one, other in pairwise(told) if one[0] == other[0])
    assert BroadcastRecipient.objects.filter(message__isnull=False).exists()


@pytest.mark.usefixtures("shop")
def test_creating_again_adds_nothing() -> None:
    now = timezone.now()
    create_demo(now, days=1)
    before = everything()
    assert create_demo(now, days=1) == 0
    assert everything() == before


@pytest.mark.usefixtures("shop")
def test_a_weekly_report_that_speaks_of_invented_customers_goes_with_them() -> None:
    own = WeeklyReport.objects.create(week="2026-W01", start="2025-12-29", end="2026-01-04")
    create_demo(days=1)
    write_weekly_report()
    remove_demo()
    assert WeeklyReport.objects.get() == own


@pytest.mark.usefixtures("shop")
def test_a_long_work_goes_on_as_another_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "TASK_SECONDS", 0.0)
    made = create_once()
    assert 0 < made <= history.CHUNK
    assert OrmQ.objects.filter(payload__isnull=False).exists() and not Watermark.objects.filter(at=None).exists()
    assert 0 < create_once() <= history.CHUNK and Customer.objects.count() > made


@pytest.mark.usefixtures("shop")
def test_what_was_broken_off_is_made_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(history, "TASK_SECONDS", 0.0)
    create_once()
    Episode.objects.all().delete()  # it died before it had counted them
    create_demo(days=2)
    assert Watermark.objects.get(name=history.NAME).at >= now
    silent = Conversation.objects.exclude(pk__in=Episode.objects.values("conversation"))
    assert not silent.exists()
    assert create_once() == 0


@pytest.mark.usefixtures("shop")
def test_a_removal_stops_who_is_creating_it() -> None:
    steps = history._steps(timezone.now(), 3)
    assert next(steps) > 0
    remove_demo()
    with pytest.raises(history.Removed):
        next(steps)
    assert not has_demo()


@pytest.mark.usefixtures("shop")
def test_once_removed_it_does_not_come_back_with_the_next_start() -> None:
    create_demo(days=1)
    remove_demo()
    assert create_once() == 0
    assert not has_demo()


def test_without_a_demo_shop_nothing_is_invented(manager: User, channel: Any) -> None:
    assert create_demo() == 0
    assert not Watermark.objects.exists()
