"""Who hears that a ticket is overdue, beyond the open consoles: its owner, else managers, else the group's robots."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import translation
from django.utils.translation import gettext

from conversations.events import TicketOverdue
from conversations.models import Ticket
from cs_platform.models import NoticeTarget, User
from cs_platform.notify import Notice, notify
from cs_platform.roles import MANAGER


def tell_overdue(event: TicketOverdue) -> int:
    """Send the notices, once for each time that the ticket was given; none when it was finished meanwhile."""
    ticket = Ticket.objects.unfinished().select_related("customer").filter(pk=event.ticket_id).first()
    if ticket is None or ticket.due_at is None:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        notice = Notice(gettext("A ticket is overdue"), f"{ticket.number} {ticket.subject}")
    own = NoticeTarget.objects.of_people(_people(ticket))
    targets = own if own.exists() else NoticeTarget.objects.for_everybody()
    return notify(targets, notice, key=f"ticket-{ticket.pk}-{ticket.due_at.isoformat()}")


def _people(ticket: Ticket) -> list[int]:
    if ticket.owner_id is not None:
        return [ticket.owner_id]
    managers = Group.objects.filter(name=MANAGER)
    return list(User.objects.filter(is_active=True, groups__in=managers).values_list("pk", flat=True))
