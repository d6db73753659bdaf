"""Whose orders a batch brings: customers known by number or account, and new ones for accounts never seen."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from conversations.models import Customer, CustomerIdentity
from conversations.order_rows import CustomerRef, OrderRow

Kind = CustomerIdentity.Kind
Account = tuple[str, str]  # channel key ("" for a system of the shop), identifier


class Owners:
    """Finds the customers of many rows with two queries.

    An account on a channel is the one that signed identities of that channel name, so the shopper who logs in there
    finds the orders. Without a channel it is the number in the sender's system, which no browser can claim. A phone
    number never decides: anybody can type one.
    """

    def __init__(self, rows: Iterable[OrderRow], channels: Mapping[str, int]) -> None:
        self._channels = channels
        refs = [row.customer for row in rows if row.customer]
        ids = {ref.id for ref in refs if ref.id is not None}
        self._ids = set(Customer.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        self._accounts = self._find({ref.account for ref in refs if ref.id is None})

    def is_known(self, ref: CustomerRef) -> bool:
        """Whether the row can be given to somebody; accounts are made when they are new."""
        return ref.id is None or ref.id in self._ids

    def id_of(self, ref: CustomerRef) -> int:
        return ref.id if ref.id is not None else self._accounts[ref.channel, ref.account]

    def create_missing(self, refs: Iterable[CustomerRef]) -> None:
        """A customer for every account that nobody has yet."""
        missing: dict[Account, CustomerRef] = {}
        for ref in refs:
            if ref.id is None and (ref.channel, ref.account) not in self._accounts:
                missing.setdefault((ref.channel, ref.account), ref)
        if not missing:
            return
        customers = Customer.objects.bulk_create([Customer(**ref.profile) for ref in missing.values()])
        CustomerIdentity.objects.bulk_create(
            CustomerIdentity(
                customer=customer,
                channel_id=self._channels.get(channel),
                kind=Kind.SHOP if channel else Kind.API,
                external_id=account,
            )
            for (channel, account), customer in zip(missing, customers, strict=True)
        )
        for account, customer in zip(missing, customers, strict=True):
            self._accounts[account] = customer.pk

    def _find(self, accounts: set[str]) -> dict[Account, int]:
        if not accounts:
            return {}
        keys = {pk: key for key, pk in self._channels.items()}
        of_channels = Q(kind=Kind.SHOP, channel_id__in=keys) | Q(kind=Kind.API, channel__isnull=True)
        rows = CustomerIdentity.objects.filter(of_channels, external_id__in=accounts)
        found: dict[Account, int] = {}
        for kind, channel_id, external_id, customer_id in rows.values_list(
            "kind", "channel_id", "external_id", "customer_id"
        ):
            found[keys[channel_id] if kind == Kind.SHOP else "", external_id] = customer_id
        return found
