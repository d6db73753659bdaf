"""REST: conversations, and opening and closing them for the shop's systems."""

from typing import Any, cast

import django_filters
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.models import Conversation
from conversations.services.programs import NotFree, close_for_program, open_conversation
from cs_platform.api.errors import Conflict
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, CreateRow, ListRows, RetrieveRow, Values
from cs_platform.models import User
from routing.models import Channel


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    channel = serializers.SlugRelatedField(slug_field="key", read_only=True)
    last_message = serializers.CharField(
        source="last_text", read_only=True, help_text=_("The first 200 characters of the last message.")
    )
    tags = serializers.ListField(child=serializers.CharField(), read_only=True, help_text=_("What agents noted."))

    class Meta:
        model = Conversation
        fields = (
            *("id", "status", "owner", "epoch", "channel", "customer", "agent", "group", "subject", "last_message"),
            *("last_seq", "last_message_at", "handoff_reason", "queued_at", "waiting_since", "priority", "tags"),
            *("created_at", "closed_at"),
        )


class ProfileInput(serializers.Serializer[Any]):
    """What is known of the customer; what is left out stays as it is."""

    name = serializers.CharField(max_length=100, required=False, help_text=_("How the customer is called."))
    phone = serializers.CharField(max_length=30, required=False, help_text=_("Such as 13800138000."))
    email = serializers.EmailField(required=False)


@example({"channel": "demo", "external_id": "member-1001", "profile": {"name": "林小满"}})
class ConversationInput(serializers.Serializer[Any]):
    channel = serializers.SlugRelatedField(slug_field="key", queryset=Channel.objects.filter(is_enabled=True))
    external_id = serializers.CharField(
        max_length=128, help_text=_("The customer's account in the shop: the `sub` of signed identities.")
    )
    profile = ProfileInput(required=False)


@example({"reason": "已在电话里解决"})
class CloseInput(serializers.Serializer[Any]):
    reason = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text=_("Why; it goes into the event, not to the customer."),
    )
    epoch = serializers.IntegerField(
        min_value=0, required=False, help_text=_("The epoch that you saw; refused when it is another one by now.")
    )


class ConversationFilter(django_filters.FilterSet):
    channel = django_filters.CharFilter("channel__key", label=_("The key of a channel"))
    updated_since = django_filters.IsoDateTimeFilter("last_message_at", "gte")
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte")
    created_before = django_filters.IsoDateTimeFilter("created_at", "lt")

    class Meta:
        model = Conversation
        fields = ("status", "owner", "customer", "agent")


class ConversationViewSet(ListRows, RetrieveRow, CreateRow, ApiViewSet):
    """Conversations: one for each customer and channel. `epoch` rises with every change of hands.

    POST finds or opens the conversation of an account of your shop on a channel.
    """

    scope = "conversations"
    scope_title = _("Conversations")
    is_personal = True
    queryset = Conversation.objects.select_related("channel")
    serializer_class = ConversationSerializer
    input_class = ConversationInput
    filterset_class = ConversationFilter
    ordering = ("-last_message_at", "-id")

    def create_row(self, values: Values) -> Conversation:
        profile = values.get("profile", {})
        return open_conversation(values["channel"], values["external_id"], by=cast(User, self.request.user), **profile)

    @extend_schema(request=CloseInput, responses={200: ConversationSerializer})
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close it: when the AI owes no answer, or the customer is in the queue. Never when a person has it (409)."""
        values = self.read_input(CloseInput)
        try:
            closed = close_for_program(self.get_object().pk, by=cast(User, request.user), **values)
        except NotFree as error:
            raise Conflict(gettext("A person has this conversation, or it has changed."), "not_free") from error
        return Response(self.show(closed))


router.register("conversations", ConversationViewSet)
