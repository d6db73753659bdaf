"""REST: leads, captured and read back."""

import uuid
from typing import Any, cast

import django_filters
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from conversations.models import Conversation, Customer
from cs_platform.api.errors import Conflict
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, CreateRow, ListRows, RetrieveRow, UpdateRow, Values
from cs_platform.contacts import clean_email, clean_phone, clean_wechat
from cs_platform.models import User
from marketing.models import Lead, Source
from marketing.services.leads import Capture, ContactTaken, NoContact, capture_lead, update_lead
from routing.models import Channel

_CLEANERS = {"phone": clean_phone, "wechat": clean_wechat, "email": clean_email}


class LeadSerializer(serializers.ModelSerializer[Lead]):
    channel = serializers.SlugRelatedField("key", read_only=True, allow_null=True)

    class Meta:
        model = Lead
        fields = (
            *("id", "status", "name", "phone", "wechat", "email", "note", "source", "channel", "customer", "owner"),
            *("consent_at", "created_at", "updated_at"),
        )


@example({"status": "contacted"})
class LeadChange(serializers.Serializer):
    """What may change. A phone, WeChat ID or e-mail that cannot be read as one is refused."""

    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    wechat = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    note = serializers.CharField(max_length=5_000, required=False, allow_blank=True)
    status = serializers.ChoiceField(Lead.Status.choices, required=False)
    owner = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )

    def validate_phone(self, value: str) -> str:
        return _read("phone", value)

    def validate_wechat(self, value: str) -> str:
        return _read("wechat", value)

    def validate_email(self, value: str) -> str:
        return _read("email", value)


@example({"name": "王先生", "phone": "13912345678", "consent_text": "同意商家联系我"})
class LeadInput(LeadChange):
    """Somebody's contact details: at least one of phone, WeChat ID and e-mail. A person who is known already is
    not stored twice: the answer is the lead that there is, with its gaps filled."""

    status = None
    owner = None
    customer = serializers.PrimaryKeyRelatedField(queryset=Customer.objects.all(), required=False, allow_null=True)
    conversation = serializers.PrimaryKeyRelatedField(
        queryset=Conversation.objects.all(),
        required=False,
        allow_null=True,
        help_text=_("Where the person left it; says who it is and by which channel, unless you do."),
    )
    channel = serializers.SlugRelatedField(
        "key", queryset=Channel.objects.all(), required=False, allow_null=True, help_text=_("The channel's key.")
    )
    consent_text = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        help_text=_("What the person agreed to, word for word; kept with the time as proof."),
    )


class LeadFilter(django_filters.FilterSet):
    channel = django_filters.CharFilter("channel__key", label=_("The key of a channel"))
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte")
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt")
    updated_after = django_filters.IsoDateTimeFilter("updated_at", "gte")

    class Meta:
        model = Lead
        fields = ("status", "source", "customer", "owner", "phone", "wechat", "email")


class LeadViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, ApiViewSet):
    """Leads: people who left contact details, each once."""

    scope = "leads"
    scope_title = _("Leads")
    is_personal = True
    queryset = Lead.objects.select_related("channel")
    serializer_class = LeadSerializer
    input_class = LeadInput
    filterset_class = LeadFilter

    def get_serializer_class(self) -> Any:
        return LeadChange if self.action == "partial_update" else super().get_serializer_class()

    def create_row(self, values: Values) -> Model:
        consent = values.get("consent_text", "")
        conversation = values.get("conversation")
        given = {name: values.get(name, "") for name in ("name", "phone", "wechat", "email", "note")}
        capture = Capture(
            key=f"api:{uuid.uuid4()}",
            source=Source.API,
            **given,
            customer=values.get("customer") or (conversation.customer if conversation else None),
            conversation=conversation,
            channel=values.get("channel") or (conversation.channel if conversation else None),
            consent_text=consent,
            consent_at=timezone.now() if consent else None,
            values={name: value for name, value in given.items() if value},
        )
        try:
            return capture_lead(capture)
        except NoContact as error:
            raise _without_contact() from error

    def update_row(self, row: Lead, values: Values) -> Model:
        try:
            return update_lead(row, by=cast(User, self.request.user), **values)
        except NoContact as error:
            raise _without_contact() from error
        except ContactTaken as error:
            text = gettext("Another lead has this %(field)s already.") % {"field": error.field}
            raise Conflict(text, "contact_taken") from error


def _without_contact() -> serializers.ValidationError:
    text = gettext("Give a phone number, a WeChat ID or an e-mail address.")
    return serializers.ValidationError({"phone": [text]})


def _read(name: str, value: str) -> str:
    clean = _CLEANERS[name](value)
    if value and not clean:
        raise serializers.ValidationError(gettext("This cannot be read as one."))
    return clean


router.register("leads", LeadViewSet)
