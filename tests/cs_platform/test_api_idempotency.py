"""A POST with an Idempotency-Key has its effect once, however often and however simultaneously it is sent."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cs_platform.api.idempotency import forget_old_replies
from cs_platform.models import AuditEntry, StoredReply, User
from tests.api import ApiClient, api_client
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cs_platform.sample_api")]
URL = "/api/v1/samples/"


@pytest.fixture
def client(api: Callable[..., ApiClient]) -> ApiClient:
    return api("samples:read", "samples:write")


def send(client: ApiClient, key: str = "k1", **body: Any) -> Any:
    return client.post(URL, body or {"action": "a"}, headers={"idempotency-key": key})


def test_the_repetition_gets_the_first_reply(client: ApiClient) -> None:
    first, second = send(client), send(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json() and first["Location"] == second["Location"]
    assert "Idempotent-Replayed" not in first and second["Idempotent-Replayed"] == "true"
    assert AuditEntry.objects.count() == 1


def test_another_body_under_the_same_key(client: ApiClient) -> None:
    send(client)
    reply = send(client, action="b")
    assert (reply.status_code, reply.json()["code"]) == (422, "idempotency_key_reused")
    assert AuditEntry.objects.count() == 1


def test_another_key_and_none_are_new_requests(client: ApiClient) -> None:
    send(client)
    send(client, "k2")
    client.post(URL, {"action": "a"})
    assert AuditEntry.objects.count() == 3


def test_each_api_key_has_its_own(client: ApiClient, integrator: User) -> None:
    send(client)
    send(api_client(integrator, "samples:write"))
    assert AuditEntry.objects.count() == 2


def test_an_error_is_not_remembered(client: ApiClient) -> None:
    assert send(client, action="break").status_code == 500
    assert send(client, action="").status_code == 400
    assert StoredReply.objects.count() == 0
    assert send(client).status_code == 201


@pytest.mark.parametrize("key", ["x" * 256, "schlüssel"])
def test_a_key_that_makes_no_sense(client: ApiClient, key: str) -> None:
    assert send(client, key).status_code == 400
    assert AuditEntry.objects.count() == 0


def test_what_is_kept_cannot_be_read_in_the_database(client: ApiClient) -> None:
    send(client)
    raw = StoredReply.objects.extra(select={"raw": "body"}).values_list("raw", flat=True).get()
    assert raw.startswith("fernet:")


def test_old_replies_are_forgotten(client: ApiClient) -> None:
    send(client)
    StoredReply.objects.update(created_at=timezone.now() - timedelta(hours=49))
    send(client, "k2")
    forget_old_replies()
    assert [row.idempotency_key for row in StoredReply.objects.all()] == ["k2"]


@pytest.mark.django_db(transaction=True)
def test_sent_many_times_at_once() -> None:
    client = api_client(make_user(role="integrator"), "samples:write")
    barrier, replies = threading.Barrier(6), []

    def once() -> None:
        barrier.wait()
        replies.append(send(client).status_code)
        connection.close()

    threads = [threading.Thread(target=once) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert AuditEntry.objects.count() == 1
    assert 201 in replies and set(replies) <= {201, 409}
