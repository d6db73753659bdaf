"""The pages around the chat: who may see them, and what a stranger's site may load."""

import pytest
from django.test import Client

from cs_platform.models import User
from kb.models import Product
from routing.models import Channel

pytestmark = pytest.mark.django_db


def test_any_site_may_load_the_widget(client: Client) -> None:
    response = client.get("/widget.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_widget_learns_about_its_channel(client: Client, channel: Channel) -> None:
    settings = client.get("/chat/shop/config.json").json()
    assert (settings["name"], settings["ws"]) == ("Shop", "/ws/visitor/shop/")


def test_the_chat_as_a_page_has_an_icon_for_its_tab(client: Client, channel: Channel) -> None:
    page = client.get("/chat/shop/").content.decode()
    assert '<link rel="icon" href="/static/conversations/console/icon' in page


def test_a_disabled_channel_is_not_there(client: Client, channel: Channel) -> None:
    Channel.objects.update(is_enabled=False)
    assert client.get("/chat/shop/").status_code == 404
    assert client.get("/chat/shop/config.json").status_code == 404


def test_the_secret_of_a_channel_is_on_no_public_page(client: Client, channel: Channel) -> None:
    for path in ("/chat/shop/", "/chat/shop/config.json"):
        assert channel.identity_secret not in client.get(path).content.decode()


def test_the_start_page_is_the_demo_shop_while_there_is_one(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/console/"
    Channel.objects.create(key="demo", name="Demo")
    Product.objects.create(sku="1", name="Cup", is_sample=True)
    assert "Cup" in client.get("/").content.decode()


def test_the_console_asks_strangers_to_log_in(client: Client) -> None:
    assert client.get("/console/").headers["Location"] == "/login/?next=/console/"


def test_an_integrator_may_not_open_the_console(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    assert client.get("/console/").status_code == 403


@pytest.mark.parametrize("who", ["agent", "manager"])
def test_agents_and_managers_may(client: Client, who: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get("/console/").status_code == 200


def test_pages_forbid_scripts_of_others(client: Client, channel: Channel) -> None:
    policy = client.get("/chat/shop/").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_missing_page_speaks_the_users_language(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'lang="zh-hans"' in response.content.decode()
