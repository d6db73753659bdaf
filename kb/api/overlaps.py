"""REST: what a program is told when it publishes beside an entry that answers the same."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from cs_platform.api.errors import Conflict
from kb.overlaps import Overlap


class OverlapWarning(serializers.Serializer):
    """Another published entry that answers the same question for the same customers."""

    code = serializers.ChoiceField(["duplicate", "contradiction"])
    entry = serializers.IntegerField(help_text="the other entry")
    question = serializers.CharField(help_text="the other entry's question")
    answer = serializers.CharField(help_text="and what it answers")
    differences = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        help_text="what the two answers say differently: `about`, `one` (stored now) and `other`",
    )


class Overlapping(Conflict):
    """Nothing was stored, because the caller wanted it so; the problem detail has the warnings."""

    default_code = "overlaps"

    def __init__(self, found: Sequence[Overlap]) -> None:
        super().__init__(_("Nothing was stored: other published entries answer this already."))
        self.members = {"warnings": warnings_of(found)}


def warnings_of(found: Sequence[Overlap]) -> list[dict[str, Any]]:
    """Overlaps as a reply shows them."""
    return [
        {
            "code": "contradiction" if one.is_contradiction else "duplicate",
            "entry": one.entry.id,
            "question": one.entry.question,
            "answer": one.entry.answer,
            "differences": [difference.as_json() for difference in one.differences],
        }
        for one in found
    ]
