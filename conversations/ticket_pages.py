"""Tickets for agents: a list to work through, one ticket with its history, a form for a new one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from conversations.models import Conversation, Customer, Ticket
from conversations.models.ticket import UNFINISHED, TicketQuerySet, TicketType
from conversations.services.tickets import IllegalMove, change_ticket, create_ticket
from conversations.ticket_forms import TicketChangeForm, TicketForm
from conversations.ticket_history import history_in_words
from cs_platform.models import User

WORK_PERMISSION = "conversations.change_ticket"
PAGE_SIZE = 30
VIEWS = ("mine", "open", "overdue", "unowned", "all")

View = Callable[..., HttpResponse]


def agents_only(view: View) -> View:
    return login_required(permission_required(WORK_PERMISSION, raise_exception=True)(view))


@require_safe
@agents_only
def ticket_list(request: HttpRequest) -> HttpResponse:
    """Tickets of a view, found by words, a page at a time."""
    user, now = cast(User, request.user), timezone.now()
    view = request.GET.get("view", "")
    words, kind = request.GET.get("q", "").strip()[:100], request.GET.get("type", "")
    if view not in VIEWS:
        view = "all" if words else "mine"
    rows = _rows(view, user, now).search(words)
    if kind in TicketType.values:
        rows = rows.filter(type=kind)
    rows = rows.select_related("owner", "customer", "order")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [(ticket, _late_by(ticket, now)) for ticket in page.object_list],
        "view": view,
        "views": _views(user, now),
        "words": words,
        "kind": kind if kind in TicketType.values else "",
        "types": TicketType.choices,
    }
    return render(request, "conversations/tickets/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def ticket_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One ticket; a POST changes it, takes it, or adds a note."""
    rows = Ticket.objects.select_related("owner", "group", "customer", "order", "conversation__channel", "created_by")
    ticket = get_object_or_404(rows, number=number)
    if "take" in request.POST:
        change_ticket(ticket, owner=request.user, by=cast(User, request.user))
        return redirect("console-ticket", ticket.number)
    form = TicketChangeForm(ticket, request.POST or None)
    if request.method == "POST" and form.is_valid() and _change(request, ticket, form):
        return redirect("console-ticket", ticket.number)
    context = {
        "ticket": ticket,
        "form": form,
        "history": history_in_words(ticket),
        "parcels": ticket.order.shipments.all() if ticket.order else (),
        "is_overdue": ticket.is_overdue(timezone.now()),
        "is_final": ticket.status == Ticket.Status.CLOSED,
    }
    return render(request, "conversations/tickets/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def ticket_new(request: HttpRequest) -> HttpResponse:
    """A new ticket, from a conversation (`?conversation=ID`) or about anything else."""
    conversation = _conversation(request.GET.get("conversation", ""))
    customer = conversation.customer if conversation else None
    form = TicketForm(request.POST or None, initial=_suggestions(conversation, customer))
    if request.method == "POST" and form.is_valid():
        ticket = _create(form, conversation, cast(User, request.user))
        return redirect("console-ticket", ticket.number)
    orders = customer.orders.newest_first()[:10] if customer else ()
    context = {"form": form, "conversation": conversation, "customer": customer, "orders": orders}
    return render(request, "conversations/tickets/new.html", context)


def _rows(view: str, user: User, now: datetime) -> TicketQuerySet:
    rows = Ticket.objects.all()
    if view == "all":
        return rows.order_by("-pk")
    if view == "overdue":
        return rows.overdue(now).order_by("due_at", "pk")
    rows = rows.unfinished().order_by("due_at", "pk")
    if view == "mine":
        return rows.owned_by(user.pk)
    return rows.filter(owner=None) if view == "unowned" else rows


def _late_by(ticket: Ticket, now: datetime) -> str:
    """For how long a ticket is overdue, in words; "" when it is not."""
    return timesince(ticket.due_at, now, depth=1) if ticket.due_at and ticket.is_overdue(now) else ""


def _views(user: User, now: datetime) -> list[tuple[str, str, int | None]]:
    """Every view with its name and how many tickets wait in it."""
    names = {
        "mine": pgettext("tickets", "Mine"),
        "open": pgettext("tickets", "Unfinished"),
        "overdue": pgettext("tickets", "Overdue"),
        "unowned": pgettext("tickets", "Nobody's"),
        "all": pgettext("tickets", "All"),
    }
    counts = Ticket.objects.filter(status__in=UNFINISHED).aggregate(
        mine=Count("pk", filter=Q(owner=user)),
        open=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lte=now)),
        unowned=Count("pk", filter=Q(owner=None)),
    )
    return [(name, names[name], counts.get(name)) for name in VIEWS]


def _change(request: HttpRequest, ticket: Ticket, form: TicketChangeForm) -> bool:
    try:
        change_ticket(ticket, by=cast(User, request.user), note=form.cleaned_data["note"], **form.changes())
    except IllegalMove:
        form.add_error("status", _("A colleague has changed the status meanwhile. Please look again."))
        return False
    messages.success(request, _("Saved."))
    return True


def _create(form: TicketForm, conversation: Conversation | None, user: User) -> Ticket:
    values = dict(form.cleaned_data)
    token = values.pop("token")
    return create_ticket(
        **values,
        conversation=conversation,
        source=Ticket.Source.AGENT,
        by=user,
        idempotency_key=f"page:{user.pk}:{token}",
    )


def _conversation(number: str) -> Conversation | None:
    if not (number.isascii() and number.isdigit()):
        return None
    return Conversation.objects.select_related("customer", "channel").filter(pk=int(number[:18])).first()


def _suggestions(conversation: Conversation | None, customer: Customer | None) -> dict[str, Any]:
    if conversation is None or customer is None:
        return {}
    return {"subject": conversation.subject, "contact": customer.phone or customer.email or customer.wechat}
