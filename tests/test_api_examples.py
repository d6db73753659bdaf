"""Every example of the API's documentation does what it shows, as it is written."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model

from cs_platform.api.router import known_scopes
from cs_platform.models import WebhookEndpoint
from kb.models import Category
from marketing.models import Lead, Segment
from tests.api import ApiClient
from tests.factories import make_channel, make_conversation, make_customer, make_entry, make_order, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> dict[str, Model]:
    """A row of each resource; those that examples name in their bodies have the number 1."""
    channel, customer = make_channel("demo"), make_customer()
    conversation = make_conversation(channel, customer, pk=1)
    Segment.objects.create(pk=1, name="a")
    return {
        "conversations": conversation,
        "customers": customer,
        "knowledge/categories": Category.objects.create(name="物流"),
        "knowledge/entries": make_entry("怎么洗", status="draft"),
        "leads": Lead.objects.create(phone="13700000000"),
        "orders": make_order(),
        "tickets": make_ticket(),
        "webhooks/endpoints": WebhookEndpoint.objects.create(url="https://example.com/", events=["ticket.created"]),
    }


def examples() -> list[tuple[str, str, Any]]:
    written = io.StringIO()
    call_command("spectacular", stdout=written)
    paths = yaml.safe_load(written.getvalue())["paths"]
    return [
        (method, path, operation["requestBody"]["content"]["application/json"]["examples"])
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "requestBody" in operation
    ]


def test_every_example_runs_as_it_is_written(rows: dict[str, Model], api: Callable[..., ApiClient]) -> None:
    client, refused = api(*known_scopes()), {}
    for method, path, named in examples():
        resource, has_row, _rest = path.removeprefix("/api/v1/").partition("/{id}/")
        address = path.replace("{id}", str(rows[resource].pk)) if has_row else path
        for one in named.values():
            with transaction.atomic():
                reply = getattr(client, method)(address, one["value"], "application/json")
                transaction.set_rollback(True)  # each on its own
            if reply.status_code >= 300:
                refused[f"{method} {path}"] = reply.content.decode()
    assert refused == {}
