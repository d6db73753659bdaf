"""A link into the back office changes nothing by itself: buttons that are links ask first."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import User
from kb.models import Experiment, GoldenQuestion, GoldenRun
from tests.factories import make_entry
from tests.kb.experiments import make_experiment

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def test_an_entry_in_review_is_not_published_by_a_link(desk: Client) -> None:
    entry = make_entry("能刻字吗", "可以。", status="review")
    page = desk.get(reverse("admin:kb_entry_publish_this", args=[entry.pk]))
    entry.refresh_from_db()
    assert (page.status_code, entry.status) == (200, "review")
    assert 'method="post"' in page.content.decode()


def test_golden_questions_are_neither_made_nor_run_by_a_link(desk: Client) -> None:
    entry = make_entry("能刻字吗", "可以。")
    desk.get(reverse("admin:kb_entry_keep_answered", args=[entry.pk]))
    desk.get(reverse("admin:kb_goldenquestion_run_now"))
    assert not GoldenQuestion.objects.exists() and not GoldenRun.objects.exists()


def test_an_experiment_is_not_started_by_a_link(desk: Client) -> None:
    experiment = make_experiment(start=False)
    desk.get(reverse("admin:kb_experiment_start", args=[experiment.pk]))
    assert Experiment.objects.get().status == "draft"
    desk.post(reverse("admin:kb_experiment_start", args=[experiment.pk]))
    assert Experiment.objects.get().status == "running"
