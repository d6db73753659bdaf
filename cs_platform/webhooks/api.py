"""REST: endpoints and deliveries of webhooks."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.fields import ChosenField, MomentField
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, CreateRow, DeleteRow, ListRows, RetrieveRow, UpdateRow, Values
from cs_platform.models import WebhookDelivery, WebhookEndpoint
from cs_platform.webhooks import endpoints
from cs_platform.webhooks.personal import check_key_may_hear, scope_of


class EndpointSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    disabled_reason = ChosenField(WebhookEndpoint.Off.choices)

    class Meta:
        model = WebhookEndpoint
        fields = (
            "id",
            "url",
            "description",
            "events",
            "is_active",
            "disabled_reason",
            "failing_since",
            "last_success_at",
            "created_at",
        )


class NewEndpointSerializer(EndpointSerializer):
    secret = serializers.CharField(help_text=_("Signs what is sent. It is in no later reply."))

    class Meta:
        model = WebhookEndpoint
        fields = (*EndpointSerializer.Meta.fields, "secret")


@example({"url": "https://example.com/hooks/chat", "events": ["message.created", "ticket.created"]})
class EndpointInput(serializers.Serializer[Any]):
    url = serializers.URLField(max_length=500)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(child=serializers.CharField(max_length=60), allow_empty=False)
    is_active = serializers.BooleanField(required=False)


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text=_("Signs what is sent. It is in no later reply."))


@example({"since": "2026-11-27T00:00:00+08:00"})
class SinceInput(serializers.Serializer[Any]):
    since = MomentField(help_text=_("What was made from this moment on."))


class CountSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text=_("How many are sent again."))


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    message_id = serializers.CharField(help_text=_("The header webhook-id."))
    body = serializers.SerializerMethodField(
        help_text=_("What is sent; null when the key may not read this noun by itself.")
    )

    class Meta:
        model = WebhookDelivery
        fields = (
            "id",
            "message_id",
            "endpoint",
            "event_name",
            "body",
            "status",
            "attempts",
            "due_at",
            "last_attempt_at",
            "response_status",
            "error",
            "duration_ms",
            "created_at",
        )

    @extend_schema_field({"type": "string", "nullable": True})
    def get_body(self, delivery: WebhookDelivery) -> str | None:
        scope = scope_of(delivery.event_name)
        return delivery.body if not scope or self.context["view"].may(scope) else None


class EndpointViewSet(ListRows, RetrieveRow, CreateRow, UpdateRow, DeleteRow, ApiViewSet):
    """Addresses that hear of events. A key can subscribe to the events of nouns that it may read."""

    scope = "webhooks"
    scope_title = _("Webhooks")
    queryset = WebhookEndpoint.objects.all()
    serializer_class = EndpointSerializer
    input_class = EndpointInput
    filterset_fields = ("is_active",)

    @extend_schema(request=EndpointInput, responses={201: NewEndpointSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        values = self.read_input()
        check_key_may_hear(request.auth, values["events"])
        endpoint = endpoints.create_endpoint(by=request.user, **values)
        return Response(NewEndpointSerializer(endpoint).data, status=201)

    def update_row(self, row: WebhookEndpoint, values: Values) -> WebhookEndpoint:
        is_elsewhere = values.get("url", row.url) != row.url  # then somebody else hears all that it hears
        check_key_may_hear(self.request.auth, values.get("events", row.events), had=() if is_elsewhere else row.events)
        return endpoints.change_endpoint(row, by=self.request.user, **values)

    def delete_row(self, row: WebhookEndpoint) -> None:
        endpoints.delete_endpoint(row, by=self.request.user)

    @extend_schema(request=None, responses={200: SecretSerializer})
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: str) -> Response:
        """A new secret. The old one signs along for a day, as a second signature in the same header."""
        return Response({"secret": endpoints.rotate_secret(self.get_object(), by=request.user)})

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Send an event of the type webhook.test."""
        delivery = endpoints.send_test(self.get_object(), by=request.user)
        return Response(DeliverySerializer(delivery, context=self.get_serializer_context()).data, status=202)

    @extend_schema(request=SinceInput, responses={202: CountSerializer})
    @action(detail=True, methods=["post"], url_path="replay-failed")
    def replay_failed(self, request: Request, pk: str) -> Response:
        """Send everything again that failed since then."""
        since = self.read_input(SinceInput)["since"]
        return Response({"count": endpoints.replay_failed(self.get_object(), since=since, by=request.user)}, status=202)


class DeliveryViewSet(ListRows, RetrieveRow, ApiViewSet):
    """Every event that was or will be sent to an endpoint, with what came back."""

    scope = "webhooks"
    scope_title = _("Webhooks")
    queryset = WebhookDelivery.objects.select_related("endpoint")
    serializer_class = DeliverySerializer
    filterset_fields = ("endpoint", "status", "event_name")

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Send once more, with the same webhook-id."""
        return Response(self.show(endpoints.replay(self.get_object(), by=request.user)), status=202)


router.register("webhooks/endpoints", EndpointViewSet)
router.register("webhooks/deliveries", DeliveryViewSet)
