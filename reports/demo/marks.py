"""How invented rows are found again: by what customers are called by, else by a note of their number."""

from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError, QuerySet

from conversations.models import Customer
from reports.models import Invention

MARK = "demo-history"
LABEL = "演示"  # the tag of customers and chats, and where orders come from


def identity_of(number: int) -> str:
    """By what a channel knows an invented customer."""
    return f"{MARK}-{number:05d}"


def labelled(name: str) -> str:
    """A name as lists show it: everybody sees that it is a demonstration."""
    return f"{name}（{LABEL}）"


def customers() -> "QuerySet[Customer]":
    """All who were invented."""
    return Customer.objects.filter(identities__external_id__startswith=f"{MARK}-").order_by("pk")


def remember(*rows: models.Model) -> None:
    """In the transaction that creates them."""
    notes = (Invention(kind=row._meta.label_lower, key=row.pk) for row in rows)
    Invention.objects.bulk_create(notes, ignore_conflicts=True)


def remembered(model: type[models.Model]) -> "QuerySet[Any]":
    """Those of a kind that are still there."""
    keys = Invention.objects.filter(kind=model._meta.label_lower).values("key")
    return model._default_manager.filter(pk__in=keys)


def forget(model: type[models.Model]) -> None:
    """Remove all of a kind; one that the shop's own work hangs on becomes the shop's own."""
    for row in remembered(model):
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError:
            continue
    Invention.objects.filter(kind=model._meta.label_lower).delete()
