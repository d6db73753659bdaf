"""REST: tickets, their changes and notes."""

from typing import Any, cast

import django_filters
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.models import Conversation, Customer, Order, Ticket, TicketHistory
from conversations.models.ticket import TicketStatus
from conversations.services.tickets import IllegalMove, add_ticket_note, change_ticket, create_ticket
from cs_platform.api.errors import Conflict
from cs_platform.api.fields import MomentField
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, CreateRow, ListRows, RetrieveRow, UpdateRow, Values
from cs_platform.models import User
from routing.models import SkillGroup


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    is_overdue = serializers.SerializerMethodField(help_text=_("Not finished, and `due_at` has passed."))

    class Meta:
        model = Ticket
        fields = (
            *("id", "number", "subject", "description", "type", "status", "priority", "source", "owner", "group"),
            *("customer", "conversation", "order", "contact", "due_at", "is_overdue", "first_response_at", "solved_at"),
            *("closed_at", "created_at", "updated_at"),
        )

    def get_is_overdue(self, ticket: Ticket) -> bool:
        return ticket.is_overdue(timezone.now())


@example({"subject": "退款没到账", "type": "refund", "priority": "high", "conversation": 1})
class TicketInput(serializers.Serializer):
    """A new ticket; a `customer` or a `conversation` says whose it is."""

    subject = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    type = serializers.ChoiceField(Ticket.Type.choices, required=False)
    priority = serializers.ChoiceField(Ticket.Priority.choices, required=False)
    contact = serializers.CharField(max_length=100, required=False, allow_blank=True)
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    group = serializers.PrimaryKeyRelatedField(queryset=SkillGroup.objects.all(), required=False, allow_null=True)
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.all(), required=False, allow_null=True)
    conversation = serializers.PrimaryKeyRelatedField(
        queryset=Conversation.objects.all(), required=False, allow_null=True
    )
    order = serializers.PrimaryKeyRelatedField(queryset=Order.objects.all(), required=False, allow_null=True)


@example({"status": "solved"})
class TicketChange(TicketInput):
    """What may change. The status moves open ⇄ pending → solved → open; any of them → closed, for good."""

    status = serializers.ChoiceField(TicketStatus.choices, required=False)
    due_at = MomentField(required=False)


@example({"text": "已联系仓库核实。"})
class NoteInput(serializers.Serializer):
    text = serializers.CharField(max_length=5_000, help_text=_("For colleagues only."))


class HistorySerializer(serializers.ModelSerializer[TicketHistory]):
    changes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(allow_null=True)),
        read_only=True,
        help_text=_("By field: what it was, and what it became."),
    )

    class Meta:
        model = TicketHistory
        fields = ("id", "kind", "author_name", "text", "changes", "created_at")


class TicketFilter(django_filters.FilterSet):
    is_overdue = django_filters.BooleanFilter(method="by_overdue", label=_("Not finished in time"))
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte")
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte")
    search = django_filters.CharFilter(method="by_words")

    class Meta:
        model = Ticket
        fields = (
            *("number", "status", "type", "priority", "source", "owner", "group", "customer", "conversation", "order"),
        )

    def by_overdue(self, rows: Any, name: str, value: bool) -> Any:
        overdue = rows.overdue(timezone.now())
        return overdue if value else rows.exclude(pk__in=overdue.values("pk"))

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)


class TicketViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, ApiViewSet):
    """Tickets: requests that outlive a conversation."""

    scope = "tickets"
    scope_title = _("Tickets")
    is_personal = True
    queryset = Ticket.objects.all()
    serializer_class = TicketSerializer
    input_class = TicketInput
    filterset_class = TicketFilter

    def get_serializer_class(self) -> Any:
        return TicketChange if self.action == "partial_update" else super().get_serializer_class()

    def create_row(self, values: Values) -> Model:
        _check_whose(values)
        return create_ticket(**values, source=Ticket.Source.API, by=self._caller())

    def update_row(self, row: Ticket, values: Values) -> Model:
        if "customer" in values or "conversation" in values:
            _check_whose({"customer": row.customer, "conversation": row.conversation, **values})
        try:
            return change_ticket(row, **values, by=self._caller())
        except IllegalMove as error:
            text = gettext("A ticket that is %(old)s cannot become %(new)s.") % {"old": error.old, "new": error.new}
            raise Conflict(text, "illegal_move") from error

    @extend_schema(responses=HistorySerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def history(self, request: Request, pk: str) -> Response:
        """Everything that happened to a ticket, oldest first."""
        return Response(HistorySerializer(self.get_object().history.all(), many=True).data)

    @extend_schema(request=NoteInput, responses={201: HistorySerializer})
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, pk: str) -> Response:
        """Add a note; customers never see it."""
        ticket = self.get_object()
        add_ticket_note(ticket, self.read_input(NoteInput)["text"], by=self._caller())
        return Response(HistorySerializer(ticket.history.last()).data, status=201)

    def _caller(self) -> User:
        return cast(User, self.request.user)


def _check_whose(values: Values) -> None:
    """News of a ticket go into its conversation: they must not reach another customer."""
    customer, conversation = values.get("customer"), values.get("conversation")
    if customer and conversation and conversation.customer_id != customer.pk:
        raise serializers.ValidationError({"conversation": [gettext("This conversation is another customer's.")]})


router.register("tickets", TicketViewSet)
