"""One log-in page; afterwards everybody lands at the own place of work."""

import pytest
from django.test import Client

from cs_platform.models import User

pytestmark = pytest.mark.django_db


def log_in(client: Client, username: str, **extra: str) -> str:
    response = client.post("/login/", {"username": username, "password": "correct horse", **extra})
    return str(response.headers.get("Location", ""))


@pytest.mark.parametrize(("role", "place"), [("manager", "/admin/"), ("agent", "/console/"), ("integrator", "/admin/")])
def test_each_role_lands_at_its_place(
    client: Client, manager: User, agent: User, integrator: User, role: str, place: str
) -> None:
    assert log_in(client, role) == place


def test_a_wrong_password_stays_on_the_page(client: Client, manager: User) -> None:
    response = client.post("/login/", {"username": "manager", "password": "wrong"})
    assert response.status_code == 200 and 'role="alert"' in response.content.decode()


def test_the_back_office_sends_strangers_to_the_page(client: Client) -> None:
    response = client.get("/admin/kb/entry/", follow=True)
    assert response.redirect_chain[-1][0] == "/login/?next=/admin/kb/entry/"


def test_a_foreign_address_is_not_followed(client: Client, manager: User) -> None:
    assert client.get("/admin/login/?next=https://evil.example/").headers["Location"] == "/login/?next=/admin/"
    assert log_in(client, "manager", next="https://evil.example/") == "/admin/"


def test_an_agent_who_came_from_the_back_office_lands_in_the_console(client: Client, agent: User) -> None:
    assert log_in(client, "agent", next="/admin/") == "/console/"


def test_an_agent_at_the_back_office_is_refused_without_a_loop(client: Client, agent: User) -> None:
    client.force_login(agent)
    assert client.get("/admin/", follow=True).status_code == 403


def test_only_the_back_office_may_evaluate(client: Client, manager: User) -> None:
    client.force_login(manager)
    assert "'unsafe-eval'" in client.get("/admin/").headers["Content-Security-Policy"]
    strict = client.get("/console/").headers["Content-Security-Policy"]
    assert "unsafe" not in strict
