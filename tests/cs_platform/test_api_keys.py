"""A key opens what its scopes name, until it is revoked, expires, or its owner leaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cs_platform.api.keys import create_key, find_key, revoke_key
from cs_platform.models import ApiKey, User
from cs_platform.roles import assign_roles
from tests.api import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cs_platform.sample_api")]
Api = Callable[..., ApiClient]
URL = "/api/v1/samples/"


def test_the_text_of_a_key_is_not_stored(integrator: User) -> None:
    key, text = create_key(name="ERP", scopes=["samples:read"], owner=integrator)
    stored = ApiKey.objects.values().get(pk=key.pk)
    assert text.startswith(f"{key.prefix}_") and text not in str(stored) and text.rpartition("_")[2] not in str(stored)
    assert find_key(text) == key


@pytest.mark.parametrize("text", ["", "csk_", "csk_AAAAAAAA_wrong", "x" * 5000, "ключ", "csk_\x00_"])
def test_a_wrong_key_is_refused(integrator: User, text: str) -> None:
    create_key(name="ERP", scopes=["samples:read"], owner=integrator)
    assert find_key(text) is None


def test_a_right_beginning_does_not_open(integrator: User) -> None:
    _key, text = create_key(name="ERP", scopes=["samples:read"], owner=integrator)
    assert find_key(text[:-1] + ("x" if text[-1] != "x" else "y")) is None


def test_without_a_key_the_reply_says_how(client: Client) -> None:
    reply = client.get(URL)
    assert (reply.status_code, reply["WWW-Authenticate"], reply.json()["code"]) == (
        401,
        'Bearer realm="api"',
        "not_authenticated",
    )


def test_a_session_is_no_key(client: Client, manager: User) -> None:
    client.force_login(manager)
    assert client.get(URL).status_code == 401


def test_reading_needs_the_scope_to_read(api: Api) -> None:
    assert api("samples:read").get(URL).status_code == 200
    reply = api("samples:write", "others:read").get(URL)
    assert (reply.status_code, reply.json()["code"]) == (403, "missing_scope")
    assert "samples:read" in reply.json()["detail"]


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_writing_needs_the_scope_to_write(api: Api, method: str) -> None:
    reply = getattr(api("samples:read"), method)(f"{URL}1/" if method != "post" else URL)
    assert reply.status_code == 403


def test_a_revoked_key_stops_at_once(api: Api) -> None:
    client = api("samples:read")
    assert client.get(URL).status_code == 200
    assert revoke_key(client.key) is True
    assert client.get(URL).status_code == 401
    assert revoke_key(client.key) is False


def test_a_key_expires(api: Api) -> None:
    client = api("samples:read")
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(URL).status_code == 401


def test_a_key_ends_with_its_owners_access(api: Api, integrator: User) -> None:
    client = api("samples:read")
    assign_roles(integrator, ["agent"])
    assert client.get(URL).status_code == 401


def test_its_use_is_noted_once_a_minute(api: Api) -> None:
    client = api("samples:read")
    client.get(URL)
    first = ApiKey.objects.get().last_used_at
    client.get(URL)
    assert first is not None and ApiKey.objects.get().last_used_at == first
