"""The log-in with a second step, and the pages on which it is set up."""

import re
import time

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cs_platform.models import AuditEntry, SecondFactor, User
from cs_platform.second_factor import has_second_factor, new_secret, set_up

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse"
PAGE = "/account/second-factor/"


@pytest.fixture
def recovery(manager: User) -> list[str]:
    """The manager's recovery codes; the app's code of this moment is not used yet."""
    secret = new_secret()
    codes = list(set_up(manager, secret, pyotp.TOTP(secret).now()))
    SecondFactor.objects.update(last_step=0)
    return codes


def code_of(user: User) -> str:
    return pyotp.TOTP(SecondFactor.objects.get(user=user).secret).now()


def password(client: Client, username: str = "manager", **extra: str) -> str:
    response = client.post("/login/", {"username": username, "password": PASSWORD, **extra})
    return str(response.headers.get("Location", ""))


def offered_secret(page: str) -> str:
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def is_logged_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_the_password_alone_does_not_log_in(client: Client, recovery: list[str]) -> None:
    assert password(client) == "/login/code/"
    assert not is_logged_in(client)


def test_the_code_does_and_leads_where_one_wanted_to_go(client: Client, manager: User, recovery: list[str]) -> None:
    password(client, next="/admin/kb/entry/")
    response = client.post("/login/code/", {"code": code_of(manager)})
    assert response.headers["Location"] == "/admin/kb/entry/"
    assert is_logged_in(client)
    assert AuditEntry.objects.filter(action="logged in", actor=manager).count() == 1


def test_a_wrong_code_says_so_and_is_kept_in_the_trail(client: Client, manager: User, recovery: list[str]) -> None:
    password(client)
    response = client.post("/login/code/", {"code": "000000"})
    assert 'role="alert"' in response.content.decode() and not is_logged_in(client)
    assert AuditEntry.objects.filter(action="second_factor.refused", target_id=str(manager.pk)).count() == 1


def test_after_some_wrong_codes_the_page_says_how_long_to_wait(client: Client, recovery: list[str]) -> None:
    password(client)
    pages = [client.post("/login/code/", {"code": "000000"}).content.decode() for _ in range(5)]
    assert "秒后再试" in pages[-1]


def test_without_a_password_the_second_step_leads_back(client: Client, recovery: list[str]) -> None:
    assert client.get("/login/code/").headers["Location"] == "/login/"
    assert client.post("/login/code/", {"code": recovery[0]}).headers["Location"] == "/login/"


def test_half_way_lasts_some_minutes(client: Client, manager: User, recovery: list[str]) -> None:
    password(client)
    session = client.session
    session["halfway"] = {**session["halfway"], "at": time.time() - 601}
    session.save()
    assert client.post("/login/code/", {"code": code_of(manager)}).headers["Location"] == "/login/"


def test_a_new_password_ends_what_was_half_way(client: Client, manager: User, recovery: list[str]) -> None:
    password(client)
    manager.set_password("another horse")
    manager.save()
    assert client.post("/login/code/", {"code": code_of(manager)}).headers["Location"] == "/login/"


def test_who_may_no_longer_work_here_does_not_get_in(client: Client, manager: User, recovery: list[str]) -> None:
    password(client)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert client.post("/login/code/", {"code": code_of(manager)}).headers["Location"] == "/login/"


def test_half_way_in_the_second_factor_cannot_be_changed(client: Client, manager: User, recovery: list[str]) -> None:
    password(client)
    response = client.post(PAGE, {"deed": "remove", "code": code_of(manager)})
    assert response.headers["Location"] == "/login/code/" and has_second_factor(manager)


def test_an_agent_sets_it_up(client: Client, agent: User) -> None:
    client.force_login(agent)
    page = client.get(PAGE).content.decode()
    assert "<svg" in page
    secret = offered_secret(page)
    shown = client.post(PAGE, {"password": PASSWORD, "code": pyotp.TOTP(secret).now()}).content.decode()
    assert shown.count("<li><code>") == 10
    assert password(Client(), "agent") == "/login/code/"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"code": "000000"}])
def test_setting_up_needs_password_and_code_and_keeps_the_picture(
    client: Client, agent: User, wrong: dict[str, str]
) -> None:
    client.force_login(agent)
    secret = offered_secret(client.get(PAGE).content.decode())
    page = client.post(PAGE, {"password": PASSWORD, "code": pyotp.TOTP(secret).now(), **wrong}).content.decode()
    assert 'role="alert"' in page and offered_secret(page) == secret
    assert not has_second_factor(agent)


def test_new_recovery_codes_are_shown_to_who_has_the_phone(client: Client, manager: User, recovery: list[str]) -> None:
    client.force_login(manager)
    assert client.post(PAGE, {"deed": "renew", "code": "000000"}).content.decode().count("<li><code>") == 0
    page = client.post(PAGE, {"deed": "renew", "code": code_of(manager)}).content.decode()
    assert page.count("<li><code>") == 10 and recovery[0] not in page


def test_switching_off_needs_a_code(client: Client, manager: User, recovery: list[str]) -> None:
    client.force_login(manager)
    client.post(PAGE, {"deed": "remove", "code": "000000"})
    assert has_second_factor(manager)
    assert client.post(PAGE, {"deed": "remove", "code": recovery[0]}).headers["Location"] == "/account/"
    assert not has_second_factor(manager)


def test_where_it_is_a_duty_it_is_set_up_at_the_log_in(client: Client, manager: User, settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager"]
    assert password(client, next="/admin/kb/entry/") == PAGE
    assert not is_logged_in(client)
    secret = offered_secret(client.get(PAGE).content.decode())
    page = client.post(PAGE, {"code": pyotp.TOTP(secret).now()}).content.decode()
    assert 'href="/admin/kb/entry/"' in page and is_logged_in(client)


def test_strangers_see_neither_page(client: Client) -> None:
    assert client.get(PAGE).headers["Location"] == "/login/"
    assert client.get("/account/").headers["Location"].startswith("/login/")


def test_a_manager_takes_it_away_from_who_lost_the_phone(client: Client, manager: User, agent: User) -> None:
    secret = new_secret()
    set_up(agent, secret, pyotp.TOTP(secret).now())
    client.force_login(manager)
    list_url = "/admin/cs_platform/user/"
    assert "agent" in client.get(f"{list_url}?second_factor=yes").content.decode()
    client.post(list_url, {"action": "take_second_factor_away", "_selected_action": [agent.pk]})
    assert not has_second_factor(agent)
    assert AuditEntry.objects.filter(action="second_factor.removed", actor=manager).count() == 1


def test_the_command_takes_it_away_from_who_has_the_machine(manager: User, recovery: list[str]) -> None:
    call_command("remove_second_factor", "manager")
    assert not has_second_factor(manager)
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "manager")


def test_an_agent_changes_the_own_password(client: Client, agent: User) -> None:
    client.force_login(agent)
    new = "Lampen-2026-blau"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/account/password/", fields).headers["Location"] == "/account/"
    agent.refresh_from_db()
    assert agent.check_password(new)
    assert AuditEntry.objects.filter(action="person.password_set", actor=agent, target_id=str(agent.pk)).count() == 1
