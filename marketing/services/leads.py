"""Leads: captured once per person whatever is sent twice or at the same moment, and changed by people."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from conversations.models import Conversation, Customer
from conversations.services.customers import update_customer
from cs_platform.audit import record
from cs_platform.contacts import Contact, read_contact
from cs_platform.erasure import forget_events, forget_names
from cs_platform.events import emit
from cs_platform.models import User
from cs_platform.text import mask_email, mask_phone, mask_wechat
from marketing.events import LeadCaptured, LeadUpdated
from marketing.models import Card, Lead, LeadCapture, Source
from routing.models import Channel

TRIES = 3
CONTACTS = ("phone", "wechat", "email")
CHANGEABLE = frozenset({"name", "note", "status", "owner", *CONTACTS})


class _Overtaken(Exception):
    """Somebody stored this contact between the look and the write."""


class NoContact(ValueError):
    """Neither phone, WeChat nor e-mail that could be read."""


class ContactTaken(ValueError):
    """Another lead has this contact already; `field` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.field = name


@dataclass(frozen=True, slots=True)
class Capture:
    """Contact details as they were left. `key` makes the same capture twice one: “card:17”."""

    key: str
    source: str = Source.API
    name: str = ""
    phone: str = ""
    wechat: str = ""
    email: str = ""
    note: str = ""
    customer: Customer | None = None
    conversation: Conversation | None = None
    channel: Channel | None = None
    card: Card | None = None
    consent_text: str = ""
    consent_at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def contact(self) -> Contact:
        return read_contact(phone=self.phone, wechat=self.wechat, email=self.email)


def capture_lead(capture: Capture) -> Lead:
    """Keep who left contact details: a new lead, or more about one with the same phone, WeChat or e-mail.

    Gaps of the lead and of the customer's profile are filled, nothing is overwritten; what was typed is kept with
    each capture. Raises `NoContact`.
    """
    if not capture.contact:
        raise NoContact
    for number in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return _capture(capture)
        except (IntegrityError, _Overtaken):  # the same person, or the same capture, in the same moment
            if number == TRIES:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def update_lead(lead: Lead, *, by: User | None, **fields: Any) -> Lead:
    """Change what people may change (`CHANGEABLE`). Raises `ContactTaken` when another lead has the contact, and
    `NoContact` when it would be left without any."""
    if unknown := set(fields) - CHANGEABLE:
        raise TypeError(f"not a field of a lead that changes: {', '.join(sorted(unknown))}")
    locked = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
    if not changed:
        return locked
    for name in changed:
        _refuse_taken(locked, name, fields[name])
        setattr(locked, name, fields[name])
    if set(changed) & set(CONTACTS) and not any(getattr(locked, name) for name in CONTACTS):
        raise NoContact
    locked.save()
    record("lead.update", locked, by=by, changed=changed)
    emit(_updated(locked, changed))
    return locked


def has_contact(customer: Customer) -> bool:
    """Whether the shop can reach this customer outside the chat."""
    if customer.phone or customer.wechat or customer.email:
        return True
    return Lead.objects.filter(customer=customer).exists()


def erase_leads(people: Collection[Customer]) -> None:
    """Everything that these customers left to be reached by; of leads without a customer those with their contacts."""
    same = Q(customer__in=people)
    for person in people:
        contact = read_contact(phone=person.phone, wechat=person.wechat, email=person.email)
        for name in CONTACTS:
            same |= Q(customer=None, **{name: value}) if (value := getattr(contact, name)) else Q()
    numbers = list(Lead.objects.filter(same).values_list("pk", flat=True))
    Lead.objects.filter(pk__in=numbers).delete()
    LeadCapture.objects.filter(conversation__customer__in=people).delete()  # what they typed into others' leads
    forget_events({"lead_id": numbers})
    forget_names(Lead._meta.label_lower, numbers)


def move_leads(stranger_id: int, customer_id: int) -> None:
    """The stranger turned out to be that customer."""
    Lead.objects.filter(customer_id=stranger_id).update(customer_id=customer_id)


def _capture(capture: Capture) -> Lead:
    known = LeadCapture.objects.filter(key=capture.key).select_related("lead").first()
    if known is not None:
        return known.lead
    contact = capture.contact
    lead = _find(contact, capture.customer)
    if lead is None:
        lead = Lead(source=capture.source, channel=capture.channel, customer=capture.customer)
        changed: list[str] = []
    is_new = lead.pk is None
    changed = _fill(lead, contact, capture)
    lead.save()
    LeadCapture.objects.create(
        lead=lead,
        key=capture.key,
        source=capture.source,
        conversation=capture.conversation,
        card=capture.card,
        values=dict(capture.values),
        consent_text=capture.consent_text,
        consent_at=capture.consent_at,
    )
    _tell_profile(capture, contact)
    emit(_captured(lead, capture) if is_new else _updated(lead, changed or ["captures"]))
    return lead


def _find(contact: Contact, customer: Customer | None) -> Lead | None:
    """The lead with the same phone, else WeChat, else e-mail; else the customer's own, unless it contradicts."""
    same = Q()
    for name in CONTACTS:
        if value := getattr(contact, name):
            same |= Q(**{name: value})
    found = list(Lead.objects.select_for_update(of=("self",)).filter(same).order_by("pk"))
    for name in CONTACTS:
        for lead in found:
            if getattr(contact, name) and getattr(lead, name) == getattr(contact, name):
                return lead
    if customer is None:
        return None
    own = Lead.objects.select_for_update(of=("self",)).filter(customer=customer).order_by("pk")
    return next((lead for lead in own if not _contradicts(lead, contact)), None)


def _contradicts(lead: Lead, contact: Contact) -> bool:
    return any(getattr(contact, name) and getattr(lead, name) for name in CONTACTS)


def _fill(lead: Lead, contact: Contact, capture: Capture) -> list[str]:
    wanted: dict[str, Any] = {
        "name": capture.name.strip()[:100],
        "note": capture.note.strip(),
        "customer": capture.customer,
        "channel": capture.channel,
        "consent_at": capture.consent_at,
        **{name: getattr(contact, name) for name in CONTACTS},
    }
    taken = {
        name
        for name in CONTACTS
        if wanted[name] and Lead.objects.filter(**{name: wanted[name]}).exclude(pk=lead.pk).exists()
    }
    if taken and lead.pk is None:  # nobody had it a moment ago: without it a second lead with no contact would be made
        raise _Overtaken
    gaps = [name for name, value in wanted.items() if value and not getattr(lead, name) and name not in taken]
    for name in gaps:
        setattr(lead, name, wanted[name])
    return sorted(gaps)


def _tell_profile(capture: Capture, contact: Contact) -> None:
    """Fill gaps of the customer's profile; an agreement counts unless the customer has refused since."""
    customer = capture.customer
    if customer is None:
        return
    wanted = {"name": capture.name.strip()[:100], **{name: getattr(contact, name) for name in CONTACTS}}
    gaps: dict[str, Any] = {name: value for name, value in wanted.items() if value and not getattr(customer, name)}
    if capture.consent_at and customer.marketing_consent == Customer.Consent.UNKNOWN:
        gaps["marketing_consent"] = Customer.Consent.GIVEN
    if gaps:
        update_customer(customer, **gaps)


def _refuse_taken(lead: Lead, name: str, value: Any) -> None:
    is_contact = name in CONTACTS and value
    if is_contact and Lead.objects.filter(**{name: value}).exclude(pk=lead.pk).exists():
        raise ContactTaken(name)


def _masked(lead: Lead) -> dict[str, str]:
    return {
        "name": lead.name,
        "phone": mask_phone(lead.phone),
        "wechat": mask_wechat(lead.wechat),
        "email": mask_email(lead.email),
        "source": lead.source,
        "status": lead.status,
        "channel": lead.channel.key if lead.channel else "",
    }


def _captured(lead: Lead, capture: Capture) -> LeadCaptured:
    conversation_id = capture.conversation.pk if capture.conversation else None
    return LeadCaptured(lead_id=lead.pk, customer_id=lead.customer_id, conversation_id=conversation_id, **_masked(lead))


def _updated(lead: Lead, changed: list[str]) -> LeadUpdated:
    return LeadUpdated(lead_id=lead.pk, customer_id=lead.customer_id, changed=changed, **_masked(lead))


def now_with_consent(text: str) -> datetime | None:
    """The moment of an agreement that is being given; None where nothing was to be agreed to."""
    return timezone.now() if text else None
