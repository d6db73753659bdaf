"""The size of a shop sets what suits it, shows it first, and leaves everything else alone."""

import io

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from conversations.models import EscalationStep
from cs_platform.models import AuditEntry, User
from cs_platform.presets import SIZES, apply_preset, plan_for
from routing.models import Agent, Strategy

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy() -> Strategy:
    return Strategy.objects.create(name="默认", wait_seconds=600, persona="亲切")


def test_a_large_shop_waits_less_and_calls_sooner(strategy: Strategy, agent: User) -> None:
    Agent.objects.update_or_create(user=agent, defaults={"capacity": 3})
    apply_preset(SIZES["large"], by=None)
    strategy.refresh_from_db()
    assert (strategy.wait_seconds, strategy.persona, Agent.objects.get().capacity) == (90, "亲切", 12)
    assert list(EscalationStep.objects.values_list("after_seconds", flat=True)) == [15, 40, 90]


def test_the_second_time_nothing_is_left_to_change(strategy: Strategy) -> None:
    apply_preset(SIZES["small"], by=None)
    assert plan_for(SIZES["small"]) == []


def test_looking_changes_nothing(client: Client, manager: User, strategy: Strategy) -> None:
    client.force_login(manager)
    page = client.get(reverse("presets"), {"size": "large"}).content.decode()
    strategy.refresh_from_db()
    assert "600" in page and strategy.wait_seconds == 600


def test_a_manager_applies_it_and_that_is_on_record(client: Client, manager: User, strategy: Strategy) -> None:
    client.force_login(manager)
    client.post(reverse("presets"), {"size": "medium"})
    strategy.refresh_from_db()
    entry = AuditEntry.objects.get(action="preset applied")
    assert (strategy.wait_seconds, entry.actor, entry.details["size"]) == (120, manager, "medium")


def test_it_is_the_managers_page(client: Client, integrator: User, strategy: Strategy) -> None:
    client.force_login(integrator)
    assert client.post(reverse("presets"), {"size": "large"}).status_code == 403
    strategy.refresh_from_db()
    assert strategy.wait_seconds == 600


def test_the_command_can_only_look(strategy: Strategy) -> None:
    said = io.StringIO()
    call_command("preset", "large", "--dry-run", stdout=said)
    strategy.refresh_from_db()
    assert "600 → 90" in said.getvalue() and strategy.wait_seconds == 600
