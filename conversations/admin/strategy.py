"""Strategies and channels once more, with what only conversations know: what last week's customers would have got."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from conversations.admin.stance_page import Weighing, stance_page
from conversations.admin.weighing import WeighedAdmin, weighed
from kb.admin.gate_page import OwnTransactions
from kb.confidence import ANSWER_FROM, Stance, stance_of
from routing.admin.channel import ChannelAdmin
from routing.admin.strategy import StrategyAdmin
from routing.models import Channel, Strategy

admin.site.unregister([Strategy, Channel])


@admin.register(Strategy)
class WeighedStrategyAdmin(WeighedAdmin, StrategyAdmin, OwnTransactions):  # type: ignore[misc]
    """Another stance shows first what it would have meant on all channels of the strategy."""

    actions_detail = ("last_week",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "stance":
            kwargs["help_text"] = _marks()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Strategy, form: Any, change: bool) -> None:
        weighing = None
        if change and "stance" in form.changed_data:
            weighing = _of_strategy(obj, was=stance_of(form.initial["stance"]), chosen=stance_of(obj.stance))
        with weighed(request, weighing):
            super().save_model(request, obj, form, change)

    @action(description=gettext_lazy("Last week's questions"), url_path="week", icon="tune", permissions=["view"])
    def last_week(self, request: HttpRequest, object_id: str) -> HttpResponse:
        strategy = get_object_or_404(Strategy, pk=object_id)
        was = stance_of(strategy.stance)
        chosen = stance_of(request.GET.get("stance", was))
        return stance_page(self, request, _of_strategy(strategy, was=was, chosen=chosen))


@admin.register(Channel)
class WeighedChannelAdmin(WeighedAdmin, ChannelAdmin, OwnTransactions):  # type: ignore[misc]
    """A channel that goes over to another strategy may get another stance with it."""

    def save_model(self, request: HttpRequest, obj: Channel, form: Any, change: bool) -> None:
        with weighed(request, _of_channel(obj) if change and "strategy" in form.changed_data else None):
            super().save_model(request, obj, form, change)


def _marks() -> str:
    """From which confidence on each stance answers, as the knowledge base has it."""
    return _(
        "An answer goes out from a confidence of %(careful)d %% (careful), %(balanced)d %% (balanced) or %(bold)d %%"
        " (bold) on; below that the customer chooses between questions. Exact phrasings are always answered."
    ) % {stance: round(share * 100) for stance, share in ANSWER_FROM.items()}


def _of_channel(channel: Channel) -> Weighing:
    """The channel as it would be stored, against the one that is."""
    stored = Channel.objects.select_related("strategy").get(pk=channel.pk)
    return Weighing(
        subject=channel.name,
        back=reverse("admin:routing_channel_change", args=[channel.pk]),
        channels=[channel],
        was=stance_of(stored.reception.stance),
        chosen=stance_of(channel.reception.stance),
    )


def _of_strategy(strategy: Strategy, *, was: Stance, chosen: Stance) -> Weighing:
    return Weighing(
        subject=strategy.name,
        back=reverse("admin:routing_strategy_change", args=[strategy.pk]),
        channels=list(strategy.channels.all()),
        was=was,
        chosen=chosen,
    )
