"""How much the AI dares is changed through the publish gate, and not before it was seen what that would have meant."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from conversations.admin.stance_page import SEEN, Weighing, stance_page
from cs_platform.models import User
from kb.admin.gate_page import GatedAdmin, is_reason_missing
from kb.rehearsal import Rehearsal
from kb.run_titles import RunTitle
from kb.services.stances import pass_stance, rehearse_stance


class NotSeenYet(Exception):
    """Nothing is stored, and the person is shown what the change would do; also when a reason is still missing."""

    def __init__(self, weighing: Weighing) -> None:
        self.weighing = weighing


class WeighedAdmin(GatedAdmin):
    """For a `ModelAdmin` whose form may change how much the AI dares on some channel."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except NotSeenYet as held:
            return stance_page(self, request, held.weighing)  # type: ignore[arg-type]


@contextmanager
def weighed(request: HttpRequest, weighing: Weighing | None) -> Iterator[None]:
    """A transaction in which the change is stored: raises `NotSeenYet`, and `PublishBlocked` as knowledge does.

    Golden questions are asked before it begins: on SQLite everybody who chats would wait for them.
    """
    rehearsal = _rehearse(request, weighing) if weighing else None
    with transaction.atomic():
        if weighing and rehearsal:
            assert isinstance(request.user, User)  # the back office lets nobody else in
            pass_stance(rehearsal, by=request.user, what=RunTitle(weighing.subject, "stance"))
        yield


def _rehearse(request: HttpRequest, weighing: Weighing) -> Rehearsal | None:
    """What the golden questions make of it; None when nothing becomes different for anybody."""
    if weighing.was == weighing.chosen or not weighing.channels:
        return None
    keys = [channel.key for channel in weighing.channels]
    rehearsal = rehearse_stance(weighing.was, weighing.chosen, channels=keys)
    if request.POST.get(SEEN) != weighing.chosen or (rehearsal.blocking and is_reason_missing(request)):
        raise NotSeenYet(replace(weighing, rehearsal=rehearsal))
    return rehearsal
