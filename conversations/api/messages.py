"""REST: what was said, and saying something as the customer or for the shop."""

from typing import Any, cast

import django_filters
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from conversations.frames import attachment_frames
from conversations.models import Conversation, Message
from conversations.services.incoming import Incoming
from conversations.services.ledger import ClientIdReused
from conversations.services.programs import NotFree, receive_now, speak_for_shop
from cs_platform.api.errors import Conflict, Unprocessable
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, ListRows, RetrieveRow, Values
from cs_platform.models import User


class AttachmentSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text=_("The file's name."))
    url = serializers.CharField(help_text=_("Opens the file for a day or two."))


class MessageSerializer(serializers.ModelSerializer[Message]):
    name = serializers.CharField(source="author_name", read_only=True, help_text=_("Who spoke, as it is shown."))
    options = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        read_only=True,
        help_text=_("Questions and steps that were offered to choose from: `id` and `text`."),
    )
    card = serializers.DictField(
        read_only=True,
        allow_null=True,
        help_text=_("A card that went along: `kind` is lead, contact, product or order."),
    )
    attachments = serializers.SerializerMethodField(help_text=_("Files that went along."))
    client_id = serializers.CharField(
        read_only=True, allow_null=True, help_text=_("The sender's own id of it; null for what the shop said itself.")
    )

    class Meta:
        model = Message
        fields = (
            *("id", "conversation", "seq", "sender", "name", "text", "options", "card", "attachments"),
            *("client_id", "created_at"),
        )

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments(self, message: Message) -> list[dict[str, Any]]:
        return attachment_frames(message.attached)


@example({"conversation": 1, "sender": "customer", "text": "怎么退货", "client_id": "erp-msg-1"})
class MessageInput(serializers.Serializer[Any]):
    conversation = serializers.PrimaryKeyRelatedField(queryset=Conversation.objects.select_related("customer"))
    sender = serializers.ChoiceField(
        [("customer", _("Customer")), ("agent", _("The shop"))],
        help_text=_(
            "customer: as if written in the chat; the AI or a person answers. agent: for the shop, only into a free "
            "conversation (closed, or with the AI and nothing in it waiting for an answer); otherwise 409."
        ),
    )
    text = serializers.CharField(max_length=settings.MESSAGE_CHARACTERS_MAX)
    client_id = serializers.CharField(
        max_length=64, help_text=_("Your own id of the message; sent again, it is stored once.")
    )
    name = serializers.CharField(max_length=100, required=False, help_text=_("Who speaks for the shop."))
    epoch = serializers.IntegerField(
        min_value=0, required=False, help_text=_("The epoch that you saw; refused when it is another one by now.")
    )


class MessageFilter(django_filters.FilterSet):
    conversation = django_filters.NumberFilter("conversation_id")
    after = django_filters.NumberFilter("seq", "gt", label=_("Only those with a higher number"))
    created_after = django_filters.IsoDateTimeFilter("created_at", "gte")

    class Meta:
        model = Message
        fields = ("sender",)


class MessageViewSet(ListRows, RetrieveRow, ApiViewSet):
    """Messages, oldest first; ask with `conversation` and `after=seq` for what you do not have yet.

    Internal notes are not among them.
    """

    scope = "messages"
    scope_title = _("Messages")
    is_personal = True
    queryset = Message.objects.public()
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    ordering = ("id",)

    @extend_schema(request=MessageInput, responses={200: MessageSerializer, 201: MessageSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Say something as the customer or for the shop. 200 when this client id had been stored before."""
        values = self.read_input(MessageInput)
        try:
            number, is_repeat = self._receive(values) if values["sender"] == "customer" else self._speak(values)
        except ClientIdReused as error:
            raise Unprocessable(gettext("This client_id was used for another message."), "client_id_reused") from error
        except NotFree as error:
            text = gettext("Somebody else has the word in this conversation, or it has changed.")
            raise Conflict(text, "not_free") from error
        return Response(self.show(Message.objects.get(pk=number)), status=200 if is_repeat else 201)

    def _receive(self, values: Values) -> tuple[int, bool]:
        conversation = values["conversation"]
        name = conversation.customer.name
        receipt = receive_now(Incoming(conversation.pk, values["client_id"], values["text"], name))
        return receipt.id, receipt.is_repeat

    def _speak(self, values: Values) -> tuple[int, bool]:
        message, is_repeat = speak_for_shop(
            values["conversation"].pk,
            text=values["text"],
            client_id=values["client_id"],
            by=cast(User, self.request.user),
            name=values.get("name", ""),
            epoch=values.get("epoch"),
        )
        return message.pk, is_repeat


router.register("messages", MessageViewSet)
