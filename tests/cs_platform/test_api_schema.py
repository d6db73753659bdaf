"""The schema is valid, complete and free of warnings; its page needs nothing from elsewhere."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cs_platform.api.router import router
from cs_platform.webhooks.publishing import event_names
from tests.api import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    written = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=written)
    return yaml.safe_load(written.getvalue())


def test_every_resource_is_in_the_schema(document: dict[str, Any]) -> None:
    prefixes = {prefix for prefix, _viewset, _name in router.registry}
    paths = {path for path in document["paths"] if path.endswith("/")}
    assert {prefix for prefix in prefixes if not any(p.startswith(f"/api/v1/{prefix}/") for p in paths)} == set()
    assert "/api/v1/channels/{id}/" in paths


def test_every_operation_names_its_key_its_scope_and_its_problems(document: dict[str, Any]) -> None:
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["security"] == [{"key": []}]
            assert re.search(r"`[a-z_/]+:(read|write)`$", operation["description"])
            assert "application/problem+json" in operation["responses"]["default"]["content"]


SPEAK_FOR_THEMSELVES = {"id", "next", "previous", "results", "email", "phone", "name", "sku", "wechat"}


def test_every_field_and_every_parameter_says_what_it_is(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"].items()
    fields = [(f"{name}.{field}", said) for name, one in schemas for field, said in one.get("properties", {}).items()]
    operations = [(path, one) for path, verbs in document["paths"].items() for one in verbs.values()]
    asked = [(f"{path}?{one['name']}", one) for path, verb in operations for one in verb.get("parameters", [])]
    silent = [
        place for place, said in [*fields, *asked] if not {"title", "description", "$ref", "allOf", "oneOf"} & set(said)
    ]
    assert [place for place in silent if re.split(r"[.?]", place)[-1] not in SPEAK_FOR_THEMSELVES] == []


def test_every_public_event_is_described_with_its_data(document: dict[str, Any]) -> None:
    guide = document["info"]["description"]
    assert [name for name in event_names() if f"**{name}**" not in guide] == []
    assert "`data`: `customer_id` (integer), `fields` (list of texts)" in guide
    assert "`agent_id` (integer or null)" in guide


def test_the_documents_are_open_to_all(client: Client) -> None:
    assert client.get(reverse("api-schema")).status_code == 200
    page = client.get(reverse("api-docs"))
    assert page.status_code == 200 and "https://" not in page.content.decode()
    assert "script" in client.get(reverse("api-docs"), {"script": ""}).headers["Content-Type"]


def test_every_resource_refuses_a_key_without_scopes(api: Callable[..., ApiClient]) -> None:
    client = api()
    for prefix, viewset, _name in router.registry:
        if hasattr(viewset, "list"):
            assert client.get(f"/api/v1/{prefix}/").status_code == 403, prefix


def test_every_list_shows_its_first_page(api: Callable[..., ApiClient]) -> None:
    client = api(*router.scopes())
    for prefix, viewset, _name in router.registry:
        if hasattr(viewset, "list") and hasattr(viewset, "retrieve"):
            assert list(client.get(f"/api/v1/{prefix}/").json()) == ["next", "previous", "results"], prefix
