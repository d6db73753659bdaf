"""People and things that always exist."""

import pytest

from conversations.models import Conversation, Customer
from cs_platform.models import User
from kb.search import forget_index
from routing.models import Channel
from tests import factories


@pytest.fixture(autouse=True)
def fresh_index() -> None:
    """Each test has its own database, so no index of another one."""
    forget_index()


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
