"""A manager connects a channel to its platform in the back office."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cs_platform.models import AuditEntry, User
from routing.models import Channel
from tests.conversations.platforms import generic_channel, wechat_channel
from tests.doubles import wechat
from tests.web_double import web_double

pytestmark = pytest.mark.django_db

ADD = "/admin/routing/channel/add/"
WECHAT = {
    "connection_app_id": wechat.APP_ID,
    "connection_app_secret": wechat.SECRET,
    "connection_token": wechat.TOKEN,
    "connection_mode": "safe",
    "connection_encoding_aes_key": wechat.AES_KEY,
}


@pytest.fixture
def back_office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def change(channel: Channel) -> str:
    return reverse("admin:routing_channel_change", args=[channel.pk])


def form(**fields: Any) -> dict[str, Any]:
    return {"name": "公众号", "is_enabled": "on", "language": "zh-hans", **fields}


def test_first_the_kind_then_what_the_platform_needs(back_office: Client) -> None:
    response = back_office.post(ADD, {"key": "mp", "kind": "wechat", "name": "公众号", "is_enabled": "on"})
    channel = Channel.objects.get(key="mp")
    assert response["Location"] == change(channel)
    page = back_office.get(change(channel)).content.decode()
    assert "/callbacks/wechat/mp/" in page and "AppSecret" in page
    assert "尚未与平台实际联调" in page


def test_what_is_entered_is_kept_encrypted(back_office: Client) -> None:
    channel = wechat_channel(connection="")
    assert back_office.post(change(channel), form(**WECHAT)).status_code == 302
    channel.refresh_from_db()
    assert channel.connection_values == json.loads(wechat_channel(key="other").connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT connection, identity_secret FROM routing_channel WHERE id = %s", [channel.pk])
        assert all(value.startswith("fernet:") for value in cursor.fetchone())


def test_a_secret_is_never_shown_and_stays_when_left_empty(back_office: Client) -> None:
    channel = wechat_channel()
    assert wechat.SECRET not in back_office.get(change(channel)).content.decode()
    back_office.post(change(channel), form(**WECHAT) | {"connection_app_secret": "", "connection_encoding_aes_key": ""})
    channel.refresh_from_db()
    assert channel.connection_values["app_secret"] == wechat.SECRET
    assert channel.connection_values["encoding_aes_key"] == wechat.AES_KEY


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"connection_encoding_aes_key": "short"}, "connection_encoding_aes_key"),
        ({"connection_encoding_aes_key": ""}, "connection_encoding_aes_key"),
        ({"connection_app_id": ""}, "connection_app_id"),
        ({"connection_app_secret": ""}, "connection_app_secret"),
        ({"connection_mode": "loud"}, "connection_mode"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field(back_office: Client, changed: dict[str, str], field: str) -> None:
    channel = wechat_channel(connection="")
    response = back_office.post(change(channel), form(**WECHAT) | changed)
    assert list(response.context["adminform"].form.errors) == [field]
    channel.refresh_from_db()
    assert channel.connection == ""


def test_plain_mode_needs_no_key(back_office: Client) -> None:
    channel = wechat_channel(connection="")
    values = WECHAT | {"connection_mode": "plain", "connection_encoding_aes_key": ""}
    assert back_office.post(change(channel), form(**values)).status_code == 302


def test_an_internal_address_is_refused(back_office: Client) -> None:
    channel = generic_channel()
    values = {"connection_send_url": "http://169.254.169.254/", "connection_secret": "whsec_" + "A" * 32}
    response = back_office.post(change(channel), form(**values))
    assert list(response.context["adminform"].form.errors) == ["connection_send_url"]


def test_the_audit_trail_names_what_was_changed_without_its_value(back_office: Client, manager: User) -> None:
    channel = wechat_channel()
    back_office.post(change(channel), form(**WECHAT) | {"connection_app_secret": "another"})
    entry = AuditEntry.objects.get(action="channel.connection_changed")
    assert (entry.actor, entry.details) == (manager, {"fields": ["app_secret", "encoding_aes_key"]})


def test_the_connection_is_tried_by_a_button(back_office: Client, outbound_allowed: Callable[[str], None]) -> None:
    with web_double() as double:
        outbound_allowed(double.place)
        channel = generic_channel(f"{double.url}/in")
        url = reverse("admin:routing_channel_check_connection", args=[channel.pk])
        assert back_office.get(url).status_code == 200
        assert double.asked == []
        double.answer((200, {}, b""), (500, {}, b"no"))
        pages = [back_office.post(url, follow=True).content.decode() for _ in range(2)]
    assert "对方地址返回状态码 200" in pages[0] and "HTTP 500 no" in pages[1]


def test_a_website_has_no_connection_to_try(back_office: Client, channel: Channel) -> None:
    url = reverse("admin:routing_channel_check_connection", args=[channel.pk])
    assert back_office.get(url).status_code == 403
    assert "connection_" not in back_office.get(change(channel)).content.decode()


def test_an_integrator_sees_the_address_but_no_secret(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    channel = wechat_channel()
    page = client.get(change(channel)).content.decode()
    assert "/callbacks/wechat/wechat/" in page
    assert not any(secret in page for secret in (wechat.SECRET, wechat.TOKEN, wechat.AES_KEY))
    url = reverse("admin:routing_channel_check_connection", args=[channel.pk])
    assert client.post(url).status_code == 403


def test_the_form_speaks_the_language_of_its_reader(back_office: Client) -> None:
    channel = wechat_channel()
    back_office.cookies["django_language"] = "en"
    page = back_office.get(change(channel)).content.decode()
    assert "Safe mode" in page and "安全模式" not in page
