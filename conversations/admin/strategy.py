"""Strategies once more, with what only conversations know: how much the AI dares is changed through the publish gate.

Whoever changes it sees first what last week's customers would have got.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from conversations.admin.stance_page import SEEN, stance_page
from cs_platform.models import User
from kb.admin.gate_page import GatedAdmin
from kb.confidence import Stance, stance_of
from kb.rehearsal import Rehearsal
from kb.services.stances import pass_stance, rehearse_stance
from routing.admin.strategy import StrategyAdmin
from routing.models import Strategy


class NotSeenYet(Exception):
    """The change is undone, and the person is shown what it would do."""

    def __init__(self, strategy: Strategy, was: Stance, rehearsal: Rehearsal) -> None:
        self.strategy, self.was, self.rehearsal = strategy, was, rehearsal


admin.site.unregister(Strategy)


@admin.register(Strategy)
class WeighedStrategyAdmin(GatedAdmin, StrategyAdmin):
    actions_detail = ("last_week",)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except NotSeenYet as held:  # its transaction is undone by now
            chosen = stance_of(held.strategy.stance)
            return stance_page(self, request, held.strategy, was=held.was, chosen=chosen, rehearsal=held.rehearsal)

    def save_model(self, request: HttpRequest, obj: Strategy, form: Any, change: bool) -> None:
        if change and "stance" in form.changed_data:
            self._weigh(request, obj, stance_of(form.initial["stance"]))
        super().save_model(request, obj, form, change)

    def _weigh(self, request: HttpRequest, strategy: Strategy, was: Stance) -> None:
        """Show what the change does before it is stored; then the golden questions have their say."""
        channels = list(strategy.channels.values_list("key", flat=True))
        if not channels:
            return
        rehearsal = rehearse_stance(was, stance_of(strategy.stance), channels=channels)
        if request.POST.get(SEEN) != strategy.stance:
            raise NotSeenYet(strategy, was, rehearsal)
        assert isinstance(request.user, User)
        what = _("How much the AI dares: %(strategy)s") % {"strategy": strategy.name}
        pass_stance(rehearsal, by=request.user, what=what)

    @action(description=gettext_lazy("Last week's questions"), url_path="week", icon="tune", permissions=["view"])
    def last_week(self, request: HttpRequest, object_id: str) -> HttpResponse:
        strategy = get_object_or_404(Strategy, pk=object_id)
        was = stance_of(strategy.stance)
        wanted = stance_of(request.GET.get("stance", was))
        return stance_page(self, request, strategy, was=was, chosen=wanted)
