"""REST: the channels that customers come in by."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cs_platform.api.router import router
from cs_platform.api.views import ApiViewSet, ListRows, RetrieveRow
from routing.models import Channel


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    is_ai_enabled = serializers.BooleanField(
        source="reception.is_ai_enabled", read_only=True, help_text=_("Whether its strategy lets the AI answer.")
    )

    class Meta:
        model = Channel
        fields = ("id", "key", "kind", "name", "is_enabled", "is_ai_enabled", "created_at")


class ChannelViewSet(ListRows, RetrieveRow, ApiViewSet):
    """The ways in: websites and messaging platforms. They are set up in the back office."""

    scope = "channels"
    scope_title = _("Channels")
    queryset = Channel.objects.select_related("strategy")
    serializer_class = ChannelSerializer
    filterset_fields = ("key", "kind", "is_enabled")


router.register("channels", ChannelViewSet)
