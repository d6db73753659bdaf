"""A customer's profile: what is kept, what is told, and when two rows become one."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError

from conversations.events import CustomerUpdated
from conversations.models import Conversation, Customer, CustomerIdentity
from conversations.services.customers import can_absorb, find_customer, update_customer
from conversations.services.visits import open_visit
from routing.models import Channel
from tests.factories import make_conversation, write
from tests.listening import told
from tests.signed import sign

pytestmark = pytest.mark.django_db


def changes_told() -> list[object]:
    return [change["fields"] for change in told(CustomerUpdated)]


def test_a_change_is_stored_and_told_once(shopper: Customer, listen: Callable[..., None]) -> None:
    listen(CustomerUpdated)
    update_customer(shopper, phone=" 13800008812 ", region="浙江杭州")
    update_customer(shopper, phone="13800008812")
    shopper.refresh_from_db()
    assert (shopper.phone, shopper.region) == ("13800008812", "浙江杭州")
    assert changes_told() == [["phone", "region"]]


def test_a_refusal_of_marketing_keeps_its_moment(shopper: Customer) -> None:
    customer = update_customer(shopper, marketing_consent="refused")
    first = customer.marketing_consent_at
    assert first is not None
    assert update_customer(customer, marketing_consent="refused").marketing_consent_at == first


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("level", "gold"),
        ("name", "x" * 101),
        ("phone", 5),
        ("tags", "vip"),
        ("tags", [str(number) for number in range(31)]),
        ("marketing_consent", ""),
    ],
)
def test_what_cannot_be_is_refused_by_field(shopper: Customer, field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        update_customer(shopper, wechat="lin", **{field: value})
    assert list(refused.value.message_dict) == [field]
    shopper.refresh_from_db()
    assert shopper.wechat == ""


def test_tags_are_kept_once_and_in_order(shopper: Customer) -> None:
    assert update_customer(shopper, tags=[" new ", "vip", "new", ""]).tags == ["new", "vip"]


def test_a_customer_is_found_by_the_number_of_a_system(shopper: Customer, channel: Channel) -> None:
    CustomerIdentity.objects.create(customer=shopper, kind="api", external_id="u-1")
    assert find_customer(kind="api", external_id="u-1") == shopper
    assert find_customer(kind="shop", external_id="u-1", channel_id=channel.pk) is None


def test_an_account_that_the_shop_told_of_takes_the_browsers_chat(channel: Channel, shopper: Customer) -> None:
    CustomerIdentity.objects.create(customer=shopper, channel=channel, kind="shop", external_id="u-1")
    stranger = open_visit(channel, token=None)
    write(stranger.conversation, "hello")
    visit = open_visit(channel, token=stranger.token, identity=sign(channel, sub="u-1"))
    assert visit.conversation.pk == stranger.conversation.pk
    assert visit.conversation.customer == shopper
    assert Customer.objects.get(merged_into=shopper).conversations.count() == 0


def test_the_browsers_old_token_reads_no_more(channel: Channel, shopper: Customer) -> None:
    CustomerIdentity.objects.create(customer=shopper, channel=channel, kind="shop", external_id="u-1")
    stranger = open_visit(channel, token=None)
    open_visit(channel, token=stranger.token, identity=sign(channel, sub="u-1"))
    again = open_visit(channel, token=stranger.token)
    assert again.token != stranger.token and again.conversation.pk != stranger.conversation.pk


def test_an_account_with_a_chat_of_its_own_keeps_that_one(channel: Channel, shopper: Customer) -> None:
    CustomerIdentity.objects.create(customer=shopper, channel=channel, kind="shop", external_id="u-1")
    own = make_conversation(channel, shopper)
    stranger = open_visit(channel, token=None)
    visit = open_visit(channel, token=stranger.token, identity=sign(channel, sub="u-1"))
    assert visit.conversation.pk == own.pk
    assert Conversation.objects.get(pk=stranger.conversation.pk).customer != shopper


def test_who_is_known_by_an_account_is_no_stranger(channel: Channel, shopper: Customer, vip: Customer) -> None:
    CustomerIdentity.objects.create(customer=shopper, channel=channel, kind="shop", external_id="u-1")
    assert not can_absorb(shopper, into=vip)
    assert can_absorb(vip, into=shopper)


def test_claims_that_change_the_profile_are_told(channel: Channel, listen: Callable[..., None]) -> None:
    listen(CustomerUpdated)
    open_visit(channel, token=None, identity=sign(channel, sub="u-1", phone="13800008812"))
    assert changes_told() == [["phone"]]
