"""A request of a story becomes a ticket, with everything that was done to it until now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from conversations.models import Conversation, Order, Ticket, TicketHistory
from conversations.models.ticket import TicketPriority, TicketStatus
from conversations.services.deadlines import due_for
from cs_platform.models import User
from reports.demo.marks import labelled
from reports.demo.story import Request

FORGOTTEN_SHARE = 0.14  # nobody finished these in time
NOTES = ("已联系仓库，明天给结果。", "给客户打过电话，没有接，下午再打。", "快递公司说今天派送。", "等客户补发照片。")
RESULTS = ("客户确认已解决。", "已处理完，短信通知了客户。", "补发的包裹已签收。")


@dataclass(slots=True)
class Case:
    """A ticket while its course is told."""

    ticket: Ticket
    history: list[TicketHistory]

    def add(self, at: datetime, by: User | None, text: str = "", status: str = "") -> None:
        changes = {"status": [self.ticket.status, status]} if status else {}
        kind = TicketHistory.Kind.CHANGED if changes else TicketHistory.Kind.NOTE
        name = by.public_name if by else ""
        self.history.append(
            TicketHistory(
                ticket=self.ticket, kind=kind, author=by, author_name=name, text=text, changes=changes, created_at=at
            )
        )
        self.ticket.status = status or self.ticket.status
        self.ticket.updated_at = at


def number_of(at: datetime, story: int) -> str:
    """Not of the shop's own count: no number of a real ticket is taken."""
    return f"D{timezone.localtime(at):%Y%m%d}-{story:04d}"


def case_of(
    request: Request,
    story: int,
    *,
    conversation: Conversation,
    order: Order | None,
    agents: Sequence[User],
    now: datetime,
    rng: Random,
) -> Case:
    """The ticket as it is by now."""
    opener = agents[request.agent] if request.agent is not None else None
    owner = opener or (rng.choice(agents) if agents else None)
    priority = TicketPriority.HIGH if request.is_urgent else rng.choice((TicketPriority.NORMAL, TicketPriority.LOW))
    ticket = Ticket(
        number=number_of(request.at, story),
        subject=labelled(request.subject),
        description=conversation.subject,
        type=request.type,
        priority=priority,
        source=Ticket.Source.AGENT if opener else Ticket.Source.CUSTOMER,
        owner=owner,
        customer=conversation.customer,
        conversation=conversation,
        order=order,
        contact=conversation.customer.phone,
        due_at=due_for(request.type, priority, request.at),
        first_response_at=request.at if opener else None,
        created_by=opener,
        created_at=request.at,
        updated_at=request.at,
    )
    created = TicketHistory(
        ticket=ticket,
        kind=TicketHistory.Kind.CREATED,
        author=opener,
        author_name=opener.public_name if opener else "",
        created_at=request.at,
    )
    case = Case(ticket, [created])
    _work(case, owner, now, rng)
    return case


def _work(case: Case, owner: User | None, now: datetime, rng: Random) -> None:
    ticket = case.ticket
    assert ticket.due_at is not None
    at = ticket.created_at + timedelta(minutes=rng.uniform(20, 200))
    if at < now:
        ticket.first_response_at = ticket.first_response_at or at
        case.add(at, owner, rng.choice(NOTES), TicketStatus.PENDING if rng.random() < 0.5 else "")
    if rng.random() < FORGOTTEN_SHARE:
        ticket.overdue_at = ticket.due_at if ticket.due_at < now else None
        return
    done = at + (ticket.due_at - at) * rng.uniform(0.2, 0.95)
    if done >= now:
        return
    case.add(done, owner, rng.choice(RESULTS), TicketStatus.SOLVED)
    ticket.solved_at = done
    if (closed := done + timedelta(days=3)) < now:
        case.add(closed, None, "", TicketStatus.CLOSED)
        ticket.closed_at = closed
