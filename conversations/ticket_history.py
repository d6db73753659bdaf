"""The history of a ticket in words, for pages: fields by their names, values as people say them."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import pgettext

from conversations.models import Ticket, TicketHistory


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one change, in words."""

    label: str
    old: str
    new: str


def history_in_words(ticket: Ticket) -> list[tuple[TicketHistory, list[Change]]]:
    """Everything that happened, oldest first, each with its changes."""
    return [(line, _changes(line)) for line in ticket.history.all()]


def _changes(line: TicketHistory) -> list[Change]:
    return [
        Change(str(Ticket._meta.get_field(name).verbose_name), _in_words(name, old), _in_words(name, new))  # type: ignore[union-attr]
        for name, (old, new) in line.changes.items()
    ]


def _in_words(name: str, value: str | None) -> str:
    if not value:
        return "—"
    if name == "due_at":
        moment = parse_datetime(value)
        return date_format(timezone.localtime(moment), pgettext("date format", "M j, H:i")) if moment else value
    choices = dict(Ticket._meta.get_field(name).choices or ())  # type: ignore[union-attr]
    return str(choices.get(value, value))
