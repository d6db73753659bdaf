"""The health page names what is wrong first, and what to do about it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cs_platform import condition, heartbeats
from cs_platform.condition import look_at_everything, register_part
from cs_platform.models import User

pytestmark = pytest.mark.django_db


def test_a_process_without_a_sign_of_life_comes_first(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeats, "STARTED_AT", timezone.now() - timedelta(minutes=2))
    client.force_login(manager)
    page = client.get(reverse("health"))
    title, finding = page.context["parts"][0]
    assert finding.level == "bad" and "manage.py up" in finding.advice and title in page.content.decode()


def test_a_part_that_cannot_be_looked_at_is_bad() -> None:
    register_part("test", "Test", lambda: 1 / 0)
    found = [(title, finding.level, finding.text) for title, finding in look_at_everything()]
    condition._parts.pop("test")
    assert ("Test", "bad", "ZeroDivisionError") in found


@pytest.mark.parametrize("role", ["integrator", "agent"])
def test_it_is_the_managers_page(client: Client, role: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(role))
    assert client.get(reverse("health")).status_code in (302, 403)
