"""Back office pages of integrators: secrets are shown once, and people give no more than is theirs to give."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from cs_platform.api.granting import change_key, issue_key
from cs_platform.api.keys import find_key
from cs_platform.api.router import known_scopes
from cs_platform.models import ApiKey, AuditEntry, User, WebhookDelivery, WebhookEndpoint
from tests.cs_platform.webhook_rows import EVENT, happen, make_delivery, make_endpoint

pytestmark = pytest.mark.django_db
PERSONAL = "messages:read"


def add_key(client: Client, *scopes: str) -> str:
    """Fill in the form; the page that follows."""
    page = client.post(reverse("admin:cs_platform_apikey_add"), {"name": "ERP", "scopes": scopes})
    return page.content.decode()


def test_the_key_is_on_the_page_after_and_nowhere_else(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    page = client.post(reverse("admin:cs_platform_apikey_add"), {"name": "ERP", "scopes": ["channels:read"]})
    text = page.context["secret"]
    key = find_key(text)
    assert key is not None and (key.owner, key.scopes) == (integrator, ["channels:read"])
    assert "no-store" in page.headers["Cache-Control"]
    written = f"{list(LogEntry.objects.values())} {list(AuditEntry.objects.values())} {client.session.items()}"
    assert "api_key.created" in written and text not in written and text.rpartition("_")[2] not in written


@pytest.mark.parametrize("scope", [scope for scope in sorted(known_scopes()) if scope.endswith(":read")])
def test_the_example_beside_a_new_key_runs_as_it_stands(client: Client, manager: User, scope: str) -> None:
    client.force_login(manager)
    page = client.post(reverse("admin:cs_platform_apikey_add"), {"name": "ERP", "scopes": [scope]})
    address = page.context["example"].rpartition(" ")[2].removeprefix("http://testserver")
    reply = Client().get(address, headers={"authorization": f"Bearer {page.context['secret']}"})
    assert reply.status_code == 200, address


def test_a_key_that_reads_nothing_has_no_example(client: Client, manager: User) -> None:
    client.force_login(manager)
    page = client.post(reverse("admin:cs_platform_apikey_add"), {"name": "ERP", "scopes": ["orders:write"]})
    assert page.context["secret"] and page.context["example"] == ""


def test_integrators_give_no_access_to_what_customers_wrote(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    add_key(client, "channels:read", PERSONAL)
    assert ApiKey.objects.get().scopes == ["channels:read"]


def test_managers_do(client: Client, manager: User) -> None:
    client.force_login(manager)
    add_key(client, "channels:read", PERSONAL)
    assert ApiKey.objects.get().scopes == ["channels:read", PERSONAL]


def test_what_a_manager_gave_survives_an_integrators_change(client: Client, manager: User, integrator: User) -> None:
    key, _text = issue_key(name="ERP", scopes=["channels:read"], owner=integrator)
    change_key(key, by=manager, scopes=[PERSONAL])
    client.force_login(integrator)
    address = reverse("admin:cs_platform_apikey_change", args=[key.pk])
    client.post(address, {"name": "ERP 2", "scopes": ["channels:read"]})
    key.refresh_from_db()
    assert (key.name, key.scopes) == ("ERP 2", ["channels:read", PERSONAL])


def test_integrators_change_no_key_of_others_but_may_end_it(client: Client, manager: User, integrator: User) -> None:
    key, text = issue_key(name="ERP", scopes=[PERSONAL], owner=manager)
    client.force_login(integrator)
    form = {"name": "mine", "scopes": [PERSONAL]}
    assert client.post(reverse("admin:cs_platform_apikey_change", args=[key.pk]), form).status_code == 403
    assert find_key(text) == key
    client.post(reverse("admin:cs_platform_apikey_revoke", args=[key.pk]))
    assert find_key(text) is None


def test_a_key_without_any_scope_is_refused(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    assert "请至少勾选一项" in add_key(client) and ApiKey.objects.count() == 0


def test_revoking_asks_first(client: Client, integrator: User) -> None:
    key, text = issue_key(name="ERP", scopes=["channels:read"], owner=integrator)
    client.force_login(integrator)
    address = reverse("admin:cs_platform_apikey_revoke", args=[key.pk])
    assert client.get(address).status_code == 200 and find_key(text) == key
    client.post(address)
    assert find_key(text) is None
    assert client.post(reverse("admin:cs_platform_apikey_change", args=[key.pk]), {"name": "x"}).status_code == 403


def test_a_new_endpoint_shows_its_secret_once(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    form = {"url": "https://erp.example.com/", "events": ["customer.updated"], "is_active": "on"}
    page = client.post(reverse("admin:cs_platform_webhookendpoint_add"), form)
    endpoint = WebhookEndpoint.objects.get()
    assert page.context["secret"] == endpoint.secret and endpoint.events == ["customer.updated"]
    shown = client.get(reverse("admin:cs_platform_webhookendpoint_change", args=[endpoint.pk])).content.decode()
    assert endpoint.secret not in shown


def test_an_internal_address_is_refused_at_its_field(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    form = {"url": "http://127.0.0.1:5432/", "events": ["customer.updated"], "is_active": "on"}
    page = client.post(reverse("admin:cs_platform_webhookendpoint_add"), form)
    assert list(page.context["adminform"].form.errors) == ["url"] and WebhookEndpoint.objects.count() == 0


def test_integrators_subscribe_to_no_messages(client: Client, integrator: User) -> None:
    client.force_login(integrator)
    form = {"url": "https://erp.example.com/", "events": ["customer.updated", "message.created"], "is_active": "on"}
    client.post(reverse("admin:cs_platform_webhookendpoint_add"), form)
    assert WebhookEndpoint.objects.get().events == ["customer.updated"]


def test_integrators_send_messages_nowhere_else(client: Client, integrator: User, manager: User) -> None:
    endpoint = make_endpoint(events=["message.created"])
    address = reverse("admin:cs_platform_webhookendpoint_change", args=[endpoint.pk])
    form = {"url": "https://elsewhere.example.com/", "events": ["message.created"], "is_active": "on"}
    client.force_login(integrator)
    assert list(client.post(address, form).context["adminform"].form.errors) == ["url"]
    assert WebhookEndpoint.objects.get().url == endpoint.url
    client.force_login(manager)
    client.post(address, form)
    assert WebhookEndpoint.objects.get().url == form["url"]


@pytest.mark.parametrize("page", ["send_test", "rotate", "replay_failed"])
def test_asking_changes_nothing(client: Client, integrator: User, page: str) -> None:
    endpoint = make_endpoint()
    client.force_login(integrator)
    assert client.get(reverse(f"admin:cs_platform_webhookendpoint_{page}", args=[endpoint.pk])).status_code == 200
    assert WebhookEndpoint.objects.get().secret == endpoint.secret and WebhookDelivery.objects.count() == 0


def test_test_rotate_replay(client: Client, integrator: User) -> None:
    endpoint = make_endpoint()
    client.force_login(integrator)
    client.post(reverse("admin:cs_platform_webhookendpoint_send_test", args=[endpoint.pk]))
    page = client.post(reverse("admin:cs_platform_webhookendpoint_rotate", args=[endpoint.pk]))
    assert page.context["secret"] == WebhookEndpoint.objects.get().secret != endpoint.secret
    WebhookDelivery.objects.update(status="failed")
    client.post(reverse("admin:cs_platform_webhookendpoint_replay_failed", args=[endpoint.pk]), {"choice": "24"})
    assert WebhookDelivery.objects.get().status == "pending"


def test_deliveries_are_sent_again_from_the_list(client: Client, integrator: User) -> None:
    row = make_delivery(status="failed")
    client.force_login(integrator)
    form = {"action": "replay_selected", "_selected_action": [row.pk]}
    client.post(reverse("admin:cs_platform_webhookdelivery_changelist"), form)
    row.refresh_from_db()
    assert row.status == "pending"


def test_what_customers_wrote_is_hidden_from_integrators(
    client: Client, integrator: User, manager: User, deliver: Callable[[], None]
) -> None:
    make_endpoint(events=[EVENT])
    happen(deliver)
    address = reverse("admin:cs_platform_webhookdelivery_change", args=[WebhookDelivery.objects.get().pk])
    client.force_login(integrator)
    assert "conversation_id" not in client.get(address).content.decode()
    client.force_login(manager)
    assert "conversation_id" in client.get(address).content.decode()


def test_an_agent_gets_nowhere(client: Client, agent: User) -> None:
    endpoint = make_endpoint()
    client.force_login(agent)
    for name in ("rotate", "send_test", "replay_failed"):
        assert client.post(reverse(f"admin:cs_platform_webhookendpoint_{name}", args=[endpoint.pk])).status_code == 302
    assert WebhookEndpoint.objects.get().secret == endpoint.secret
