"""Guessing a password is stopped for one name from one place, and nobody else is kept out."""

import pytest
from django.test import Client
from django.urls import reverse

from cs_platform.models import AuditEntry, User

pytestmark = pytest.mark.django_db

RIGHT = "correct horse"


def log_in(client: Client, name: str, password: str, *, address: str = "203.0.113.5") -> int:
    answer = client.post(reverse("login"), {"username": name, "password": password}, REMOTE_ADDR=address)
    return answer.status_code


def guess(client: Client, name: str) -> None:
    for number in range(5):
        log_in(client, name, f"wrong {number}")


def test_after_five_wrong_passwords_the_right_one_does_not_help(client: Client, agent: User) -> None:
    guess(client, "agent")
    assert log_in(client, "agent", RIGHT) == 429


def test_the_same_person_elsewhere_is_let_in(client: Client, agent: User) -> None:
    guess(client, "agent")
    assert log_in(client, "agent", RIGHT, address="203.0.113.6") == 302


def test_somebody_else_in_the_same_place_is_let_in(client: Client, agent: User, agent2: User) -> None:
    guess(client, "agent")
    assert log_in(client, "agent2", RIGHT) == 302


def test_the_page_says_so_in_plain_words(client: Client, agent: User) -> None:
    guess(client, "agent")
    page = client.post(reverse("login"), {"username": "agent", "password": "x"}, REMOTE_ADDR="203.0.113.5")
    assert "密码错误次数过多" in page.content.decode()


def test_a_log_in_is_on_record(client: Client, agent: User) -> None:
    log_in(client, "agent", RIGHT)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.details) == (agent, "logged in", {"address": "203.0.113.5"})
