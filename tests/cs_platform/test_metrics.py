"""/metrics shows the state of the platform to a scraper with the token, and exists for nobody else."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from cs_platform.models import User
from tests.factories import make_conversation

pytestmark = pytest.mark.django_db


def test_a_scraper_with_the_token_reads_the_queue(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "scrape"
    make_conversation(owner="queue")
    answer = client.get("/metrics", headers={"Authorization": "Bearer scrape"})
    assert 'cs_conversations_open{owner="queue"} 1.0' in answer.content.decode()
    assert "cs_outbox_waiting 0.0" in answer.content.decode()


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer "])
def test_nobody_else_learns_that_it_exists(client: Client, settings: Settings, manager: User, header: str) -> None:
    settings.METRICS_TOKEN = "scrape"
    client.force_login(manager)
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_without_a_token_only_the_owner_reads_it(client: Client, admin_user: User) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    client.force_login(admin_user)
    assert client.get("/metrics").status_code == 200
