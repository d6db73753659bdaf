"""Uploading and seeing files over HTTP, and naming them in frames."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conversations.links import attachment_path, read_ticket
from conversations.models import Attachment, Conversation
from conversations.services.attachments import forget_attachments
from conversations.services.handover import take_over
from conversations.services.visits import open_visit
from cs_platform.models import User
from routing.models import Channel
from tests.conversations.pictures import picture, upload

pytestmark = pytest.mark.django_db

VISITOR, AGENT = "/chat/shop/attachments/", "/console/attachments/"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def token(channel: Channel) -> str:
    return open_visit(channel, token=None).token


def post(client: Client, token: str, body: bytes | None = None, **options: Any) -> Any:
    file = SimpleUploadedFile("cup.png", picture() if body is None else body)
    return client.post(VISITOR, {"file": file, "token": token}, **options)


def test_a_visitor_uploads_a_picture_and_sees_it(client: Client, token: str) -> None:
    answer = post(client, token).json()
    shown = {name: answer[name] for name in ("name", "kind", "type", "width", "height")}
    assert shown == {"name": "cup.png", "kind": "image", "type": "image/png", "width": 8, "height": 6}
    response = client.get(answer["url"])
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert b"".join(response.streaming_content)[:4] == b"\x89PNG"


def test_the_token_may_stand_in_a_header(client: Client, token: str) -> None:
    file = SimpleUploadedFile("cup.png", picture())
    assert client.post(VISITOR, {"file": file}, headers={"Authorization": f"Bearer {token}"}).status_code == 201


@pytest.mark.parametrize(
    ("token", "body", "status", "code"),
    [
        ("wrong", None, 401, "unknown_token"),
        ("", None, 401, "unknown_token"),
        (None, b"", 400, "empty"),
        (None, b"MZ\x00", 415, "unsupported_type"),
        (None, b"\x89PNG\r\n\x1a\nbroken", 400, "bad_image"),
        (None, b"a" * 2000, 413, "too_big"),
    ],
)
def test_what_is_refused(
    client: Client, settings: Settings, channel: Channel, token: str | None, body: bytes | None, status: int, code: str
) -> None:
    settings.ATTACHMENT_BYTES_MAX = 1000
    known = open_visit(channel, token=None).token
    response = post(client, known if token is None else token, body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert not Attachment.objects.exists()


def test_a_form_without_a_file_is_refused(client: Client, token: str) -> None:
    response = client.post(VISITOR, {"token": token})
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_a_visitor_of_another_channel_is_a_stranger(client: Client, token: str) -> None:
    Channel.objects.create(key="other", name="Other")
    file = SimpleUploadedFile("cup.png", picture())
    assert client.post("/chat/other/attachments/", {"file": file, "token": token}).status_code == 401


def test_a_foreign_site_must_be_allowed(client: Client, token: str) -> None:
    foreign = {"Origin": "https://shop.test"}
    assert post(client, token, headers=foreign).status_code == 403
    Channel.objects.update(allowed_origins="https://shop.test")
    response = post(client, token, headers=foreign)
    assert (response.status_code, response["Access-Control-Allow-Origin"]) == (201, "https://shop.test")
    assert client.options(VISITOR, headers=foreign)["Access-Control-Allow-Headers"] == "authorization"


def test_too_many_uploads_are_slowed_down(client: Client, settings: Settings, token: str) -> None:
    settings.ATTACHMENTS_PER_CONVERSATION = 2
    assert [post(client, token).status_code for _ in range(3)] == [201, 201, 429]


def test_too_many_of_one_address_are_slowed_down(client: Client, settings: Settings, token: str) -> None:
    settings.ATTACHMENTS_PER_ADDRESS = 1
    assert [post(client, token).status_code for _ in range(2)] == [201, 429]


def test_an_agent_uploads_to_an_own_chat_only(client: Client, conversation: Conversation, agent: User) -> None:
    client.force_login(agent)
    for expected in (403, 201):
        form = {"file": SimpleUploadedFile("cup.png", picture()), "conversation": conversation.pk}
        assert client.post(AGENT, form).status_code == expected
        take_over(conversation.pk, agent)
    assert Attachment.objects.get().uploaded_by == agent


def test_who_is_no_agent_uploads_nothing(client: Client, conversation: Conversation, integrator: User) -> None:
    form = {"file": SimpleUploadedFile("cup.png", picture()), "conversation": conversation.pk}
    assert client.post(AGENT, form).status_code == 403
    client.force_login(integrator)
    assert client.post(AGENT, form).status_code == 403


def test_an_agents_upload_needs_the_csrf_token(conversation: Conversation, agent: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)
    assert client.post(AGENT, {"conversation": conversation.pk}).status_code == 403


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "１"])
def test_a_senseless_conversation_is_refused(client: Client, agent: User, number: str) -> None:
    client.force_login(agent)
    form = {"file": SimpleUploadedFile("cup.png", picture()), "conversation": number}
    assert client.post(AGENT, form).status_code == 400


def test_documents_are_only_saved_never_shown(client: Client, conversation: Conversation) -> None:
    file = upload(conversation, b"%PDF-1.7 with a script")
    response = client.get(attachment_path(file.pk, file.name))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].endswith("sandbox")


@pytest.mark.parametrize("ticket", ["1", "1-2", "x-1-y", "1-99999-AAAA", "٣-99999-a", "9" * 40 + "-1-a"])
def test_a_forged_address_opens_nothing(client: Client, ticket: str) -> None:
    assert client.get(f"/attachments/{ticket}/cup.png").status_code == 404


def test_an_address_opens_only_its_own_file_and_only_for_a_while() -> None:
    path = attachment_path(7, "a.png", now=0.0)
    ticket = path.split("/")[2]
    assert read_ticket(ticket, now=86_400.0) == 7
    assert read_ticket(ticket, now=2 * 86_400.0) is None
    assert read_ticket(ticket.replace("7-", "8-", 1), now=0.0) is None


def test_an_erased_file_is_not_found(client: Client, conversation: Conversation) -> None:
    file = upload(conversation)
    path = attachment_path(file.pk, file.name)
    assert forget_attachments(Attachment.objects.all()) == 1
    assert client.get(path).status_code == 404


def test_addresses_of_today_are_the_same_all_day() -> None:
    noon = timezone.now().replace(hour=12)
    paths = {attachment_path(1, "a", now=(noon + timedelta(hours=n)).timestamp()) for n in range(5)}
    assert len(paths) == 1
