"""REST: what a program is told when the publish gate stops its change."""

from typing import Any

from rest_framework.response import Response

from cs_platform.api.errors import Conflict
from cs_platform.api.views import ApiViewSet
from kb.rehearsal import Line, Told
from kb.services.gate import PublishBlocked

OVERRIDE = "knowledge:override"
_QUESTIONS_MAX = 100


class Blocked(Conflict):
    """Golden questions would become worse; the problem detail names them."""

    default_code = "publish_blocked"

    def __init__(self, blocked: PublishBlocked) -> None:
        super().__init__(blocked.messages[0])
        run = blocked.keep()
        lines = blocked.rehearsal.different[:_QUESTIONS_MAX]
        self.members = {"run": run.pk, "questions": [_as_member(line) for line in lines]}


class GatedViewSet(ApiViewSet):
    """A resource whose writes go through the gate. The run is kept after the write was undone."""

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(Blocked(exc) if isinstance(exc, PublishBlocked) else exc)


def _as_member(line: Line) -> dict[str, Any]:
    return {
        "question": line.case.question,
        "expected": line.case.expected.kind,
        "expected_entry": line.case.expected.entry_id,
        "verdict": line.verdict,
        "why": line.why,
        "is_blocking": line.is_blocking,
        "before": _as_reply(line.before),
        "after": _as_reply(line.after),
    }


def _as_reply(told: Told) -> dict[str, Any]:
    return {"decision": told.band, "entry_id": told.entry_id, "text": told.text}
