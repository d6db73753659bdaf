"""Whatever goes wrong, the reply is a problem detail that says what and shows nothing of the inside."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cs_platform.models import AuditEntry
from tests.api import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cs_platform.sample_api")]
URL = "/api/v1/samples/"


@pytest.fixture
def client(api: Callable[..., ApiClient]) -> ApiClient:
    return api("samples:read", "samples:write")


def problem(reply: Any, status: int, code: str) -> dict[str, Any]:
    body = reply.json()
    assert (reply.status_code, reply["Content-Type"]) == (status, "application/problem+json")
    assert (body["status"], body["code"]) == (status, code)
    return body


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing/", f"{URL}abc/", f"{URL}999999999999999999/"])
def test_what_is_not_there(client: ApiClient, path: str) -> None:
    problem(client.get(path), 404, "not_found")


def test_a_misspelt_address_is_not_there_for_a_post_either() -> None:
    problem(Client(enforce_csrf_checks=True).post("/api/v1/nothing/", {"action": "a"}), 404, "not_found")


def test_an_address_needs_no_slash_at_its_end(client: ApiClient) -> None:
    assert client.post("/api/v1/samples", {"action": "a"}).status_code == 201
    assert client.get("/api/v1/samples").status_code == 200


def test_a_method_that_is_not_offered(client: ApiClient) -> None:
    reply = client.put(URL, {}, content_type="application/json")
    problem(reply, 405, "method_not_allowed")
    assert "GET" in reply["Allow"]


def test_a_format_that_is_not_offered(client: ApiClient) -> None:
    problem(client.get(URL, headers={"accept": "text/csv"}), 406, "not_acceptable")


def test_a_body_that_is_no_json(client: ApiClient) -> None:
    problem(client.post(URL, "a=b", content_type="application/x-www-form-urlencoded"), 415, "unsupported_media_type")
    problem(client.post(URL, "{", content_type="application/json"), 400, "parse_error")
    problem(client.post(URL, b"\xff\xfe", content_type="application/json"), 400, "parse_error")


@pytest.mark.parametrize("body", [[], "text", 3, None])
def test_a_body_of_the_wrong_kind(client: ApiClient, body: Any) -> None:
    told = problem(client.post(URL, json.dumps(body)), 400, "invalid")
    assert told["detail"] == told["errors"][0]["detail"]  # no field is to blame


def test_each_wrong_field_is_named(client: ApiClient) -> None:
    body = problem(client.post(URL, {"action": "x" * 41}), 400, "invalid")
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [("#/action", "max_length")]
    assert body["detail"] == "部分字段有误：action。"


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
@pytest.mark.parametrize("place", ['{"action": "%s"}', '{"action": "a", "more": [{"%s": 1}]}'])
def test_text_that_no_database_takes(client: ApiClient, place: str, text: str) -> None:
    problem(client.post(URL, place % text), 400, "parse_error")
    assert AuditEntry.objects.count() == 0


def test_a_number_beyond_all_numbers(client: ApiClient) -> None:
    problem(client.post(URL, '{"action": 1e999}'), 400, "parse_error")
    assert AuditEntry.objects.count() == 0


def test_nul_in_a_filter(client: ApiClient) -> None:
    problem(client.get(f"{URL}?action=%00"), 400, "parse_error")


@pytest.mark.parametrize("levels", [40, 200_000])
def test_a_tower_of_brackets(client: ApiClient, levels: int) -> None:
    problem(client.post(URL, '{"action":"a","more":' + "[" * levels + "]" * levels + "}"), 400, "parse_error")


def test_a_large_body(client: ApiClient) -> None:
    problem(client.post(URL, {"action": "x" * 1_000_000}), 413, "body_too_large")


def test_a_clash_in_the_database(client: ApiClient) -> None:
    problem(client.post(URL, {"action": "clash"}), 409, "conflict")


def test_a_fault_of_our_own(client: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        body = problem(client.post(URL, {"action": "break"}), 500, "internal_error")
    assert "secret" not in json.dumps(body) and "secret detail" in caplog.text
    assert AuditEntry.objects.count() == 0
