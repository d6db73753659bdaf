"""Liveness needs the process only; readiness needs everything that a customer's message needs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from cs_platform.heartbeats import TICKER, WORKER, beat
from cs_platform.models import Heartbeat
from cs_platform.plan import served_host


@pytest.fixture
def beating(db: None) -> None:
    beat(TICKER)
    beat(WORKER)


def test_liveness_asks_nobody(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_it_is_ready_when_everything_answers(client: Client, beating: None) -> None:
    response = client.get("/readyz")
    checks = {"database": "ok", "channel_layer": "ok", "ticker": "ok", "worker": "ok"}
    assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": checks})


@pytest.mark.parametrize("name", [TICKER, WORKER])
def test_it_is_not_ready_when_a_process_has_been_silent(client: Client, beating: None, name: str) -> None:
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - timedelta(seconds=61))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert [key for key, state in response.json()["checks"].items() if state == "failed"] == [name]


def test_a_probe_from_inside_is_not_sent_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/console/").status_code == 301


@pytest.mark.parametrize(
    ("allowed", "host"),
    [(["chat.test", "127.0.0.1"], "chat.test"), ([".chat.test"], "chat.test"), (["*"], "localhost"), ([], "localhost")],
)
def test_the_supervisor_asks_for_a_host_that_is_served(allowed: list[str], host: str) -> None:
    assert served_host(allowed) == host
