"""REST: orders and their parcels, as the shop's systems report and read them."""

from collections import Counter
from typing import Any

import django_filters
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.models import Order, OrderItem, Shipment
from conversations.numbers import number_key
from conversations.order_rows import BadValue, Problems, parse_shipment
from conversations.services.orders import BATCH_MAX, Outcome, save_shipments, upsert_orders
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, ListRows, RetrieveRow

BATCH_BYTES_MAX = 4_000_000
COUNTED = _("How many rows came to this result.")


class OrderItemSerializer(serializers.ModelSerializer[OrderItem]):
    class Meta:
        model = OrderItem
        fields = ("sku", "name", "quantity", "price", "product")


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    events = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        read_only=True,
        help_text=_("What the carrier reported, oldest first: when (`at`) and what (`text`)."),
    )

    class Meta:
        model = Shipment
        fields = ("id", "carrier", "tracking_number", "status", "promised_at", "events", "updated_at")


class OrderSerializer(serializers.ModelSerializer[Order]):
    channel = serializers.SlugRelatedField(slug_field="key", read_only=True, allow_null=True)
    items = OrderItemSerializer(many=True, read_only=True, help_text=_("The lines of the order."))
    shipments = ShipmentSerializer(many=True, read_only=True, help_text=_("Its parcels."))

    class Meta:
        model = Order
        fields = (
            *("id", "source", "number", "status", "customer", "channel", "total", "currency", "phone", "note"),
            *("created_at", "paid_at", "updated_at", "items", "shipments"),
        )


class EventInput(serializers.Serializer):
    at = serializers.DateTimeField(help_text=_("Such as 2026-11-27T09:30:00+08:00; without an offset the shop's time."))
    text = serializers.CharField(max_length=300, help_text=_("The carrier's words, shown to the customer."))


@example(
    {
        "carrier": "顺丰",
        "tracking_number": "SF1234567890",
        "status": "delivered",
        "events": [{"at": "2026-11-27T09:30:00+08:00", "text": "已签收"}],
    }
)
class ShipmentInput(serializers.Serializer):
    """One parcel; what is left out stays as it is."""

    tracking_number = serializers.CharField(max_length=64, required=False, allow_blank=True)
    carrier = serializers.CharField(max_length=60, required=False)
    status = serializers.ChoiceField(Shipment.Status.choices, required=False)
    promised_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False, help_text=_("From when these data are; default: now."))
    events = EventInput(
        many=True,
        required=False,
        help_text=_("All that the carrier reported so far; it takes the place of what there was."),
    )


class ItemInput(serializers.Serializer):
    sku = serializers.CharField(
        max_length=64, required=False, allow_blank=True, help_text=_("Ties the line to the product with this SKU.")
    )
    name = serializers.CharField(max_length=200, required=False, help_text=_("Default: the SKU."))
    quantity = serializers.IntegerField(min_value=1, default=1, help_text=_("How many of it."))
    price = serializers.DecimalField(12, 2, min_value=0, help_text=_("Each, in yuan."))


class BuyerInput(serializers.Serializer):
    """Whose order it is: an `id` of ours, or the shop's `account`, which is the `sub` of signed identities."""

    id = serializers.IntegerField(required=False, help_text=_("The `id` of a customer of ours; goes before `account`."))
    account = serializers.CharField(
        max_length=128, required=False, help_text=_("Such as member-1001. A customer is made for one that is new.")
    )
    name = serializers.CharField(max_length=100, required=False, help_text=_("Only for a new customer."))
    phone = serializers.CharField(max_length=30, required=False, help_text=_("Only for a new customer."))
    email = serializers.EmailField(required=False, help_text=_("Only for a new customer."))


@example(
    {
        "number": "202611270001",
        "status": "shipped",
        "total": "258.00",
        "paid_at": "2026-11-27T09:31:00+08:00",
        "customer": {"account": "member-1001", "name": "林小满", "phone": "13800138000"},
        "items": [{"sku": "SCARF-01", "name": "羊毛围巾 灰", "quantity": 1, "price": "258.00"}],
        "shipments": [{"carrier": "顺丰", "tracking_number": "SF1234567890", "status": "in_transit"}],
    }
)
class OrderInput(serializers.Serializer):
    """One order; only the number is required, and what is left out stays as it is."""

    number = serializers.CharField(max_length=64)
    source = serializers.CharField(max_length=40, default="shop")
    status = serializers.ChoiceField(Order.Status.choices, required=False)
    total = serializers.DecimalField(12, 2, min_value=0, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    phone = serializers.CharField(max_length=30, required=False, help_text=_("Of the recipient."))
    note = serializers.CharField(max_length=300, required=False)
    channel = serializers.CharField(max_length=40, required=False, help_text=_("The key of a channel."))
    customer = BuyerInput(required=False)
    created_at = serializers.DateTimeField(required=False)
    paid_at = serializers.DateTimeField(required=False)
    updated_at = serializers.DateTimeField(required=False, help_text=_("From when these data are; default: now."))
    items = ItemInput(
        many=True, required=False, help_text=_("All lines of the order; they take the place of what there was.")
    )
    shipments = ShipmentInput(
        many=True, required=False, help_text=_("Parcels with news, known by tracking number; others stay as they are.")
    )


@example({"source": "erp", "orders": [{"number": "202611270001", "status": "delivered"}, {"number": "202611270002"}]})
class BatchInput(serializers.Serializer):
    source = serializers.CharField(max_length=40, required=False, help_text=_("For rows that name none."))
    orders = serializers.ListField(child=OrderInput(), max_length=BATCH_MAX, help_text=_("At most 500."))


class BatchRow(serializers.Serializer):
    row = serializers.IntegerField(help_text=_("Its place in what you sent; the first is 0."))
    number = serializers.CharField(help_text=_("The order's number as you sent it."))
    result = serializers.ChoiceField(
        ["created", "updated", "unchanged", "outdated", "failed"],
        help_text=_("outdated: something newer is known, nothing was changed; failed: `problems` says why."),
    )
    id = serializers.IntegerField(allow_null=True, help_text=_("Our number of the order; null when it failed."))
    problems = serializers.DictField(
        child=serializers.CharField(), help_text=_("What is wrong, by field, such as `items/0/price`.")
    )


class BatchResult(serializers.Serializer):
    created = serializers.IntegerField(help_text=COUNTED)
    updated = serializers.IntegerField(help_text=COUNTED)
    unchanged = serializers.IntegerField(help_text=COUNTED)
    outdated = serializers.IntegerField(help_text=COUNTED)
    failed = serializers.IntegerField(help_text=COUNTED)
    rows = BatchRow(many=True, help_text=_("One for each that you sent, in the same order."))


class OrderFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(
        method="by_number", label=_("An order's number or a tracking number, however it is written")
    )
    channel = django_filters.CharFilter("channel__key", label=_("The key of a channel"))
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte")
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt")
    paid_after = django_filters.IsoDateTimeFilter("paid_at", "gte")
    paid_before = django_filters.IsoDateTimeFilter("paid_at", "lt")

    class Meta:
        model = Order
        fields = ("source", "status", "customer")

    def by_number(self, rows: Any, name: str, value: str) -> Any:
        """The order's number or a tracking number, however it is written."""
        return rows.with_key(number_key(value))


class OrderViewSet(ListRows, RetrieveRow, ApiViewSet):
    """Orders with their lines and parcels.

    Sent again, an order is updated: it is known by `source` and `number`. Data that are older (`updated_at`) than
    what is stored change nothing.
    """

    scope = "orders"
    scope_title = _("Orders")
    is_personal = True
    queryset = Order.objects.select_related("channel").prefetch_related("items", "shipments")
    serializer_class = OrderSerializer
    filterset_class = OrderFilter
    body_bytes_max = BATCH_BYTES_MAX

    @extend_schema(request=OrderInput, responses={200: OrderSerializer, 201: OrderSerializer})
    def create(self, request: Request) -> Response:
        """Store one order: 201 when it is new, else 200, whether anything changed or not."""
        [outcome] = upsert_orders([request.data])
        if outcome.problems:
            raise _as_error(outcome.problems)
        order = self.get_queryset().get(pk=outcome.order_id)
        return Response(self.show(order), status=201 if outcome.result == "created" else 200)

    @extend_schema(request=BatchInput, responses=BatchResult)
    @action(detail=False, methods=["post"])
    def batch(self, request: Request) -> Response:
        """Store up to 500 orders. Rows that cannot be understood are reported; the others are stored all the same."""
        rows = request.data.get("orders") if isinstance(request.data, dict) else None
        if not isinstance(rows, list):
            raise serializers.ValidationError({"orders": gettext("A list is expected.")})
        if len(rows) > BATCH_MAX:
            raise serializers.ValidationError({"orders": gettext("At most %(count)d rows.") % {"count": BATCH_MAX}})
        source = request.data.get("source")
        outcomes = upsert_orders(rows, source=source if isinstance(source, str) else "")
        counts = Counter(outcome.result for outcome in outcomes)
        totals = {name: counts[name] for name in ("created", "updated", "unchanged", "outdated", "failed")}
        return Response({**totals, "rows": [_row(outcome) for outcome in outcomes]})

    @extend_schema(request=ShipmentInput, responses=OrderSerializer)
    @action(detail=True, methods=["post"])
    def shipments(self, request: Request, pk: str) -> Response:
        """Store one parcel of an order, known by its tracking number."""
        order = self.get_object()
        try:
            save_shipments(order, [parse_shipment(request.data)])
        except BadValue as error:
            raise _as_error(error.problems) from error
        return Response(self.show(self.get_queryset().get(pk=order.pk)))


def _as_error(problems: Problems) -> serializers.ValidationError:
    return serializers.ValidationError({path or "non_field_errors": [text] for path, text in problems.items()})


def _row(outcome: Outcome) -> dict[str, Any]:
    return {
        "row": outcome.row,
        "number": outcome.number,
        "result": outcome.result,
        "id": outcome.order_id,
        "problems": outcome.problems,
    }


router.register("orders", OrderViewSet)
