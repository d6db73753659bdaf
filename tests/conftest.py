"""People and things that always exist."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.apps import AppConfig, apps
from django.db import connection, connections
from django.db.models.signals import post_migrate
from django.test.utils import override_settings
from pytest_django.fixtures import Settings

from conversations.models import Conversation, Customer
from conversations.services.inbox import close_writer
from cs_platform.events import deliver_pending
from cs_platform.jobs import live_lane
from cs_platform.models import User
from cs_platform.roles import sync_roles
from cs_platform.threads import close_connections
from cs_platform.webhooks.publishing import wants
from kb.search import forget_index
from kb.uploads import upload_lane
from routing.intent import forget_recogniser
from routing.models import Channel
from routing.rulebook import forget_rulebook
from tests import factories
from tests.api import ApiClient, api_client
from tests.journeys.shared_shop import end_shared_shop
from tests.listening import listen

__all__ = ["listen"]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: a journey mostly waits for its browser. On PostgreSQL the server needs its share."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if os.environ.get("TEST_DB") == "pg" else cores + 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The journeys of all processes share one shop; the process that began the run ends it."""
    if not hasattr(session.config, "workerinput") and (count := end_shared_shop()):
        sys.stderr.write(f"{count} processes of the journeys' shop lived on\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """A log-in's password is hashed slowly on purpose; hundreds of them are not what the tests are about."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def files_when_asked_for() -> Iterator[None]:
    """Static files are looked up when they are wanted: every test client would list all of them first."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Roles exist always; at the end no thread holds on to the database that is to be dropped."""
    with django_db_blocker.unblock():
        sync_roles()
        connection.close()  # tests without a database must not find one open
    post_migrate.connect(_roles_again)
    yield
    close_writer()
    close_connections()
    asyncio.run(sync_to_async(connections.close_all)())  # of the thread in which tests that are async read rows


def _roles_again(app_config: AppConfig, **kwargs: Any) -> None:
    """A test with real transactions emptied every table; the next one may be any."""
    if app_config == list(apps.get_app_configs())[-1]:
        sync_roles()


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    """Each test has its own database, so no index of another one."""
    forget_index()


@pytest.fixture(autouse=True)
def fresh_endpoints() -> None:
    """What an earlier test's webhooks asked for is of no interest."""
    wants.forget()
    forget_rulebook()
    forget_recogniser()


@pytest.fixture(autouse=True)
def finished_jobs() -> Iterator[None]:
    """Jobs that a test's commits started in threads end with it: its tables are about to be emptied."""
    yield
    live_lane.wait_until_idle(5)
    upload_lane.wait_until_idle(5)


@pytest.fixture
def channel(db: None) -> Channel:
    return factories.make_channel("shop", name="Shop")


@pytest.fixture
def shopper(db: None) -> Customer:
    return factories.make_customer("Lin")


@pytest.fixture
def vip(db: None) -> Customer:
    return factories.make_customer("Wang", level=Customer.Level.VIP)


@pytest.fixture
def agent(db: None) -> User:
    return factories.make_user("agent", display_name="Mei")


@pytest.fixture
def agent2(db: None) -> User:
    return factories.make_user("agent2", display_name="Jun")


@pytest.fixture
def manager(db: None) -> User:
    return factories.make_user("manager", role="manager")


@pytest.fixture
def integrator(db: None) -> User:
    return factories.make_user("integrator", role="integrator")


@pytest.fixture
def conversation(channel: Channel, shopper: Customer) -> Conversation:
    return factories.make_conversation(channel, shopper)


@pytest.fixture
def deliver(db: None) -> Callable[[], None]:
    """Hand every event that waits to its listeners, and to those of what they in turn make happen."""

    def deliver_all() -> None:
        while deliver_pending():
            pass

    return deliver_all


@pytest.fixture
def outbound_allowed(settings: Settings) -> Callable[[str], None]:
    """Let the platform reach a server of the test: `outbound_allowed("127.0.0.1:8123")`."""

    def allow(place: str) -> None:
        settings.OUTBOUND_ALLOWED = [*settings.OUTBOUND_ALLOWED, place]

    return allow


@pytest.fixture
def api(integrator: User) -> Callable[..., ApiClient]:
    """A program of the merchant's: `api("tickets:read").get("/api/v1/tickets/")`."""

    def client(*scopes: str) -> ApiClient:
        return api_client(integrator, *scopes)

    return client
