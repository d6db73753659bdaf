"""How much the AI dares is changed through the publish gate, and not before it was seen what that would have meant."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from conversations.admin.stance_page import SEEN, Weighing, stance_page
from cs_platform.models import User
from kb.admin.gate_page import GatedAdmin
from kb.run_titles import RunTitle
from kb.services.stances import pass_stance, rehearse_stance


class NotSeenYet(Exception):
    """The change is undone, and the person is shown what it would do."""

    def __init__(self, weighing: Weighing) -> None:
        self.weighing = weighing


class WeighedAdmin(GatedAdmin):
    """For a `ModelAdmin` whose form may change how much the AI dares on some channel."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except NotSeenYet as held:  # its transaction is undone by now
            return stance_page(self, request, held.weighing)  # type: ignore[arg-type]


def weigh(request: HttpRequest, weighing: Weighing) -> None:
    """Call it before the change is stored: raises `NotSeenYet`, and then `PublishBlocked` as knowledge does."""
    if weighing.was == weighing.chosen or not weighing.channels:
        return
    keys = [channel.key for channel in weighing.channels]
    rehearsal = rehearse_stance(weighing.was, weighing.chosen, channels=keys)
    if request.POST.get(SEEN) != weighing.chosen:
        raise NotSeenYet(replace(weighing, rehearsal=rehearsal))
    assert isinstance(request.user, User)  # the back office lets nobody else in
    pass_stance(rehearsal, by=request.user, what=RunTitle(weighing.subject, "stance"))
