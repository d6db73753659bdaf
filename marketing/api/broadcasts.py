"""REST: broadcasts, from a draft to their result; and the segments that they go to."""

from collections.abc import Callable
from typing import cast

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cs_platform.api.errors import Conflict, Unprocessable
from cs_platform.api.fields import ClockField, MomentField
from cs_platform.api.router import router
from cs_platform.api.schema import example
from cs_platform.api.views import ApiViewSet, CreateRow, ListRows, RetrieveRow, Values
from cs_platform.models import User
from marketing.models import Broadcast, Segment
from marketing.models.broadcast import PAUSE_DAYS_MAX, PER_MINUTE_MAX, TEXT_CHARACTERS_MAX
from marketing.results import effect_of, progress_of
from marketing.services.broadcasts import (
    CannotStart,
    WrongStatus,
    cancel_broadcast,
    draft_broadcast,
    pause_broadcast,
    resume_broadcast,
    schedule_broadcast,
)
from marketing.wording import BROADCAST_VARIABLES, unknown_variables
from routing.models import Channel

CODES_MAX = 50_000
QUIET = _("Nobody is written to between these two, of the shop's clock; null: at any hour.")


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    class Meta:
        model = Segment
        fields = ("id", "name", "updated_at")


class BroadcastSerializer(serializers.ModelSerializer[Broadcast]):
    channels = serializers.SlugRelatedField("key", many=True, read_only=True, help_text=_("Keys; none: every channel."))
    quiet_from = ClockField(read_only=True, allow_null=True, help_text=QUIET)
    quiet_until = ClockField(read_only=True, allow_null=True, help_text=QUIET)

    class Meta:
        model = Broadcast
        fields = (
            *("id", "name", "status", "segment", "channels", "text", "scheduled_at", "per_minute", "quiet_from"),
            *("quiet_until", "patience_hours", "pause_days", "conversion_days", "started_at", "finished_at"),
            "created_at",
        )


@example({"name": "双旦预告", "segment": 1, "text": "{name|亲}，双旦活动明天开始。", "per_minute": 60})
class BroadcastInput(serializers.Serializer):
    """A draft. {name}, {coupon} and {order} in the text stand for the customer's own; {name|friend} has a default."""

    name = serializers.CharField(max_length=60)
    segment = serializers.PrimaryKeyRelatedField(queryset=Segment.objects.all())
    channels = serializers.SlugRelatedField(
        "key",
        queryset=Channel.objects.all(),
        many=True,
        required=False,
        help_text=_("Keys; none: every channel."),
    )
    text = serializers.CharField(max_length=TEXT_CHARACTERS_MAX)
    coupon_codes = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=CODES_MAX,
        required=False,
        help_text=_("Each customer gets one of their own for {coupon}; as many as there are recipients."),
    )
    scheduled_at = MomentField(required=False, allow_null=True)
    per_minute = serializers.IntegerField(min_value=1, max_value=PER_MINUTE_MAX, required=False)
    quiet_from = ClockField(required=False, allow_null=True, help_text=QUIET)
    quiet_until = ClockField(required=False, allow_null=True, help_text=QUIET)
    patience_hours = serializers.IntegerField(min_value=1, max_value=336, required=False)
    pause_days = serializers.IntegerField(min_value=0, max_value=PAUSE_DAYS_MAX, required=False)
    conversion_days = serializers.IntegerField(min_value=1, max_value=90, required=False)

    def validate_text(self, text: str) -> str:
        if unknown := unknown_variables(text, BROADCAST_VARIABLES):
            names = ", ".join(unknown)
            raise serializers.ValidationError(gettext("The text has unknown variables: %(names)s.") % {"names": names})
        return text


class ResultSerializer(serializers.Serializer):
    """Counts by customer; orders and answers within the broadcast's days after the message."""

    status = serializers.ChoiceField(Broadcast.Status.choices)
    recipients = serializers.IntegerField(help_text=_("Customers who are to get it."))
    sent = serializers.IntegerField(help_text=_("Who got it."))
    waiting = serializers.IntegerField(help_text=_("Who has not got it yet."))
    skipped = serializers.DictField(
        child=serializers.IntegerField(), help_text=_("Who will not get it, by reason, such as opted_out.")
    )
    failed = serializers.IntegerField(help_text=_("Where sending failed for good."))
    read = serializers.IntegerField(help_text=_("Who has seen it."))
    replied = serializers.IntegerField(help_text=_("Who wrote afterwards."))
    ordered = serializers.IntegerField(help_text=_("Who ordered afterwards."))
    orders = serializers.IntegerField(help_text=_("How many orders those were."))
    revenue = serializers.DecimalField(max_digits=14, decimal_places=2, help_text=_("What those were worth, in yuan."))
    opted_out = serializers.IntegerField(help_text=_("Who wants no more of them since."))


class SegmentViewSet(ListRows, RetrieveRow, ApiViewSet):
    """Segments: groups of customers, written by conditions in the back office."""

    scope = "broadcasts"
    scope_title = _("Broadcasts")
    is_personal = True
    queryset = Segment.objects.all()
    serializer_class = SegmentSerializer
    filterset_fields = ("name",)


class BroadcastViewSet(ListRows, RetrieveRow, CreateRow, ApiViewSet):
    """Broadcasts: one text to a segment of customers, each of them once."""

    scope = "broadcasts"
    scope_title = _("Broadcasts")
    is_personal = True
    queryset = Broadcast.objects.prefetch_related("channels")
    serializer_class = BroadcastSerializer
    input_class = BroadcastInput
    filterset_fields = ("status", "segment")

    def create_row(self, values: Values) -> Model:
        return draft_broadcast(**values, by=self._caller())

    @extend_schema(request=None, responses=BroadcastSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Begin at `scheduled_at`, or now."""
        return self._do(schedule_broadcast)

    @extend_schema(request=None, responses=BroadcastSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Nobody else is written to until it is resumed."""
        return self._do(pause_broadcast)

    @extend_schema(request=None, responses=BroadcastSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Go on where it was paused."""
        return self._do(resume_broadcast)

    @extend_schema(request=None, responses=BroadcastSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Whoever has not been written to will not be."""
        return self._do(cancel_broadcast)

    @extend_schema(responses=ResultSerializer, filters=False)
    @action(detail=True, methods=["get"])
    def result(self, request: Request, pk: str) -> Response:
        """How far it is and what customers did."""
        broadcast = self.get_object()
        progress, effect = progress_of(broadcast), effect_of(broadcast)
        figures = {
            "status": broadcast.status,
            "recipients": progress.total,
            "sent": progress.sent,
            "waiting": progress.waiting,
            "skipped": progress.reasons,
            "failed": progress.states.get("failed", 0),
            **{
                name: getattr(effect, name) for name in ("read", "replied", "ordered", "orders", "revenue", "opted_out")
            },
        }
        return Response(ResultSerializer(figures).data)

    def _do(self, move: Callable[..., Broadcast]) -> Response:
        broadcast = self.get_object()
        try:
            move(broadcast, by=self._caller())
        except CannotStart as error:
            raise Unprocessable(" ".join(error.problems), "cannot_start") from error
        except WrongStatus as error:
            text = gettext("This cannot be done with a broadcast that is %(status)s.") % {"status": str(error)}
            raise Conflict(text, "wrong_status") from error
        broadcast.refresh_from_db()
        return Response(self.show(broadcast))

    def _caller(self) -> User:
        return cast(User, self.request.user)


router.register("broadcasts", BroadcastViewSet)
router.register("segments", SegmentViewSet)
