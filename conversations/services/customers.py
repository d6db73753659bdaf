"""A customer's profile changes here, and two rows of one person become one."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from conversations.events import CustomerMerged, CustomerUpdated
from conversations.models import Conversation, Customer, CustomerIdentity, Order, Ticket
from cs_platform.events import emit
from cs_platform.models import User
from cs_platform.text import storable

TEXTS = {"name": 100, "email": 254, "phone": 30, "wechat": 60, "region": 60, "note": 5_000}
CHOICES = {"level": Customer.Level, "marketing_consent": Customer.Consent}
CHANGEABLE = frozenset({*TEXTS, *CHOICES, "tags", "is_blocked"})
TAGS_MAX = 30
TAG_CHARACTERS_MAX = 30

Kind = CustomerIdentity.Kind


@transaction.atomic
def update_customer(customer: Customer | int, *, by: User | None = None, **fields: Any) -> Customer:
    """Set fields of a profile (those of `CHANGEABLE`). What is the same changes nothing and tells nobody.

    Raises `ValidationError` by field, and stores nothing then. The moment of a consent or refusal is kept with it.
    """
    values = clean_profile(fields)
    key = customer.pk if isinstance(customer, Customer) else customer
    locked = Customer.objects.select_for_update().get(pk=key)
    changed = sorted(name for name, value in values.items() if getattr(locked, name) != value)
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, values[name])
    locked.updated_at = timezone.now()
    stored = [*changed, "updated_at"]
    if "marketing_consent" in changed:
        locked.marketing_consent_at = timezone.now()
        stored.append("marketing_consent_at")
    locked.save(update_fields=stored)
    emit(CustomerUpdated(customer_id=locked.pk, fields=changed))
    return locked


def clean_profile(fields: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises `ValidationError` that names every field which cannot be."""
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not a field of a profile: {', '.join(sorted(unknown))}")
    values, problems = {}, {}
    for name, value in fields.items():
        try:
            values[name] = _clean(name, value)
        except ValidationError as error:
            problems[name] = error
    if problems:
        raise ValidationError(problems)
    return values


def find_customer(*, kind: str, external_id: str, channel_id: int | None = None) -> Customer | None:
    """Whom a channel or a system of the shop knows under this identifier."""
    where = Q(channel__isnull=True) if channel_id is None else Q(channel_id=channel_id)
    identities = CustomerIdentity.objects.filter(where, kind=kind, external_id=external_id)
    identity = identities.select_related("customer").first()
    return identity.customer if identity else None


@transaction.atomic
def absorb_stranger(stranger: Customer, into: Customer) -> None:
    """The person behind an unknown browser turned out to be `into`: what the stranger did is `into`'s from now on.

    Conversations, orders and tickets move; profile fields fill gaps only. The stranger's browser tokens are gone, so
    nobody who kept one reads on. Only for a `stranger` who is known by nothing but a browser.
    """
    Conversation.objects.filter(customer=stranger).update(customer=into)
    Order.objects.filter(customer=stranger).update(customer=into)
    Ticket.objects.filter(customer=stranger).update(customer=into)
    gaps = [name for name in TEXTS if getattr(stranger, name) and not getattr(into, name)]
    for name in gaps:
        setattr(into, name, getattr(stranger, name))
    if gaps:
        into.updated_at = timezone.now()
        into.save(update_fields=[*gaps, "updated_at"])
        emit(CustomerUpdated(customer_id=into.pk, fields=sorted(gaps)))
    stranger.identities.all().delete()
    stranger.merged_into, stranger.updated_at = into, timezone.now()
    stranger.save(update_fields=["merged_into", "updated_at"])
    emit(CustomerMerged(stranger_id=stranger.pk, customer_id=into.pk))


def can_absorb(stranger: Customer, into: Customer) -> bool:
    """Known by a browser only, and no channel on which both already have a conversation."""
    if stranger.pk == into.pk or stranger.identities.exclude(kind=Kind.VISITOR).exists():
        return False
    taken = Conversation.objects.filter(customer=into).values("channel")
    return not Conversation.objects.filter(customer=stranger, channel__in=taken).exists()


def _clean(name: str, value: Any) -> Any:
    if name == "tags":
        return _clean_tags(value)
    if name == "is_blocked":
        return bool(value)
    if name in CHOICES:
        if value not in CHOICES[name].values:
            raise ValidationError(gettext("One of: %(values)s.") % {"values": ", ".join(CHOICES[name].values)})
        return str(value)
    return _clean_text(name, value)


def _clean_text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(gettext("A text is expected."))
    text = storable(value).strip()
    if len(text) > TEXTS[name]:
        raise ValidationError(gettext("At most %(count)d characters.") % {"count": TEXTS[name]})
    if name == "email" and text:
        validate_email(text)
    return text


def _clean_tags(tags: Any) -> list[str]:
    if not isinstance(tags, Iterable) or isinstance(tags, str):
        raise ValidationError(gettext("A list of texts is expected."))
    cleaned = list(dict.fromkeys(storable(str(tag)).strip()[:TAG_CHARACTERS_MAX] for tag in tags))
    cleaned = [tag for tag in cleaned if tag]
    if len(cleaned) > TAGS_MAX:
        raise ValidationError(gettext("At most %(count)d tags.") % {"count": TAGS_MAX})
    return cleaned
