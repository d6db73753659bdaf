"""REST: customers. Who they are in full is seen only with a scope of its own."""

from typing import Any, cast

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.models import Customer, CustomerIdentity
from conversations.services.customers import update_customer
from conversations.services.erasing import erase_customer
from conversations.services.programs import ExternalIdTaken, create_customer
from cs_platform.api.errors import Conflict
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, CreateRow, ListRows, RetrieveRow, UpdateRow, Values
from cs_platform.models import User
from cs_platform.text import mask_email, mask_phone
from routing.models import Channel

PERSONAL = "customers:personal"
SHOWN_IN_FULL = {"phone", "email"}  # filters by what others see masked
Kind = CustomerIdentity.Kind


class AccountSerializer(serializers.Serializer[Any]):
    channel = serializers.CharField(allow_null=True, help_text=_("Key of the channel; null for another system."))
    external_id = serializers.CharField(help_text=_("The account there, or the number in the other system."))


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """Phone, e-mail and WeChat are masked, and the note is empty, without the scope customers:personal."""

    tags = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text=_("Words of the shop; segments and rules use them.")
    )
    merged_into = serializers.PrimaryKeyRelatedField(
        read_only=True,
        allow_null=True,
        help_text=_("Set when this one turned out to be another customer, who has everything now."),
    )
    accounts = serializers.SerializerMethodField(help_text=_("Under what the shop's systems know the customer."))

    class Meta:
        model = Customer
        fields = (
            *("id", "name", "level", "phone", "email", "wechat", "region", "tags", "note", "marketing_consent"),
            *("is_blocked", "merged_into", "accounts", "created_at", "updated_at"),
        )

    @extend_schema_field(AccountSerializer(many=True))
    def get_accounts(self, customer: Customer) -> list[dict[str, Any]]:
        return [
            {"channel": one.channel.key if one.channel else None, "external_id": one.external_id}
            for one in customer.identities.all()
            if one.kind in (Kind.SHOP, Kind.API)
        ]

    def to_representation(self, customer: Customer) -> dict[str, Any]:
        shown = super().to_representation(customer)
        if not self.context["view"].may(PERSONAL):
            shown |= {"phone": mask_phone(customer.phone), "email": mask_email(customer.email)}
            shown |= {"wechat": "***" if customer.wechat else "", "note": ""}
        return shown


@example({"level": "vip", "tags": ["回头客"], "region": "浙江杭州"})
class CustomerChange(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    level = serializers.ChoiceField(Customer.Level.choices, required=False)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    wechat = serializers.CharField(max_length=60, required=False, allow_blank=True)
    region = serializers.CharField(max_length=60, required=False, allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=30), max_length=30, required=False)
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    marketing_consent = serializers.ChoiceField(Customer.Consent.choices, required=False)
    is_blocked = serializers.BooleanField(required=False)


@example({"external_id": "erp-1", "name": "林小满", "phone": "13800138000"})
class CustomerInput(CustomerChange):
    external_id = serializers.CharField(
        max_length=128, required=False, help_text=_("With a channel the account there, else a number of your system.")
    )
    channel = serializers.SlugRelatedField(slug_field="key", queryset=Channel.objects.all(), required=False)


class CustomerFilter(django_filters.FilterSet):
    phone = django_filters.CharFilter("phone", label=_("Exactly this; needs customers:personal"))
    email = django_filters.CharFilter("email", "iexact", label=_("Exactly this; needs customers:personal"))
    external_id = django_filters.CharFilter(method="by_external_id", label=_("Account in the shop or number elsewhere"))
    channel = django_filters.CharFilter(method="by_channel", label=_("Key of the channel of the account"))
    updated_since = django_filters.IsoDateTimeFilter("updated_at", "gte")

    class Meta:
        model = Customer
        fields = ("level", "is_blocked")

    def by_external_id(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        known = CustomerIdentity.objects.filter(kind__in=(Kind.SHOP, Kind.API), external_id=value)
        return rows.filter(pk__in=known.values("customer"))

    def by_channel(self, rows: QuerySet[Customer], name: str, value: str) -> QuerySet[Customer]:
        known = CustomerIdentity.objects.filter(kind=Kind.SHOP, channel__key=value)
        return rows.filter(pk__in=known.values("customer"))


class CustomerViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, ApiViewSet):
    """Customers. Phone, e-mail and WeChat are masked without the scope `customers:personal`."""

    scope = "customers"
    scope_title = _("Customers")
    personal_scopes = {PERSONAL: _("phone, e-mail and notes in full")}
    queryset = Customer.objects.prefetch_related("identities__channel")
    serializer_class = CustomerSerializer
    input_class = CustomerInput
    filterset_class = CustomerFilter

    def get_serializer_class(self) -> Any:
        return CustomerChange if self.action == "partial_update" else super().get_serializer_class()

    def filter_queryset(self, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        """What is masked is not asked for either: a few thousand questions would tell the digits behind the stars."""
        if SHOWN_IN_FULL & set(self.request.query_params) and not self.may(PERSONAL):
            text = gettext("This key lacks the scope %(scope)s.") % {"scope": PERSONAL}
            raise exceptions.PermissionDenied(text, "missing_scope")
        return super().filter_queryset(queryset)

    def create_row(self, values: Values) -> Customer:
        try:
            return create_customer(by=cast(User, self.request.user), **values)
        except ExternalIdTaken as taken:
            text = gettext("Customer %(number)d has this external_id.") % {"number": taken.customer_id}
            raise Conflict(text, "external_id_taken") from taken

    @extend_schema(request=None, responses=CustomerSerializer)
    @action(detail=True, methods=["post"])
    def erase(self, request: Request, pk: str) -> Response:
        """Forget who this is and what was said, for good; figures and orders stay. Needs `customers:personal` too."""
        if not self.may(PERSONAL):
            raise PermissionDenied
        return Response(self.show(erase_customer(self.get_object(), by=cast(User, request.user))))

    def update_row(self, row: Customer, values: Values) -> Customer:
        return update_customer(row, by=cast(User, self.request.user), **values)


router.register("customers", CustomerViewSet)
