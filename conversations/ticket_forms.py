"""What an agent fills in on the pages of tickets."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from conversations.models import Order, Ticket
from conversations.models.ticket import LEGAL_MOVES, TicketPriority, TicketStatus, TicketType
from conversations.numbers import number_key
from cs_platform.models import User

NOTE_CHARACTERS_MAX = 5_000


def possible_owners() -> "QuerySet[User]":
    """Everybody who may work on tickets."""
    permission = Permission.objects.filter(codename="change_ticket", content_type__app_label="conversations")
    may_work = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission) | Q(is_superuser=True)
    return User.objects.filter(may_work, is_active=True).distinct().order_by("username")


class OrderNumberField(forms.CharField):
    """An order by its number, however it is written; empty means none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("order number"), max_length=64, required=False, **kwargs)

    def clean(self, value: Any) -> Order | None:
        number = super().clean(value)
        if not number:
            return None
        order = Order.objects.newest_first().filter(number_key=number_key(number)).first()
        if order is None:
            raise forms.ValidationError(_("No order has this number."))
        return order


class OwnerField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=User.objects.none(),
            label=pgettext_lazy("ticket", "owner"),
            required=False,
            empty_label=_("Nobody"),
            **kwargs,
        )

    def label_from_instance(self, obj: User) -> str:
        return obj.public_name


class TicketChangeForm(forms.Form):
    """Only what the agent touched is changed, so two who work on one ticket do not undo each other's work."""

    status = forms.ChoiceField(label=_("status"), show_hidden_initial=True)
    priority = forms.ChoiceField(label=_("priority"), choices=TicketPriority.choices, show_hidden_initial=True)
    type = forms.ChoiceField(label=_("type"), choices=TicketType.choices, show_hidden_initial=True)
    owner = OwnerField(show_hidden_initial=True)
    order = OrderNumberField(show_hidden_initial=True)
    note = forms.CharField(
        label=_("note"),
        required=False,
        max_length=NOTE_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For colleagues only; the customer never sees it."),
    )

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        initial = {name: getattr(ticket, name) for name in ("status", "priority", "type", "owner")}
        initial["order"] = ticket.order.number if ticket.order else ""
        super().__init__(*args, **{**kwargs, "initial": initial})
        moves = {ticket.status, *LEGAL_MOVES[ticket.status]}
        status, owner = self.fields["status"], self.fields["owner"]
        if isinstance(status, forms.ChoiceField):
            status.choices = [choice for choice in TicketStatus.choices if choice[0] in moves]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = possible_owners()

    def changes(self) -> dict[str, Any]:
        """The fields that were touched, with their new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "note"}


class TicketForm(forms.Form):
    """A new ticket. `token` makes a second press of the button harmless."""

    subject = forms.CharField(label=_("subject"), max_length=200)
    type = forms.ChoiceField(label=_("type"), choices=TicketType.choices, initial=TicketType.OTHER)
    priority = forms.ChoiceField(label=_("priority"), choices=TicketPriority.choices, initial=TicketPriority.NORMAL)
    order = OrderNumberField()
    contact = forms.CharField(
        label=_("contact"),
        max_length=100,
        required=False,
        help_text=_("Phone, WeChat or e-mail under which the customer is reached."),
    )
    description = forms.CharField(
        label=_("description"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    owner = OwnerField()
    token = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = possible_owners()
