"""The wordings of one group of pending knowledge: each once, with how often it was asked and when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from kb.models import Entry, Gap, GapQuestion

READ_MAX = 500  # questions, the newest first
TIMES_MAX = 30  # shown of one wording


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, with its questions from the newest on."""

    text: str
    count: int
    times: Sequence[GapQuestion]

    @property
    def latest(self) -> GapQuestion:
        return self.times[0]

    @property
    def shown(self) -> Sequence[GapQuestion]:
        return self.times[:TIMES_MAX]

    @property
    def signals(self) -> list[tuple[str, int]]:
        """What they came by, the most frequent first."""
        return Counter(str(one.get_source_display()) for one in self.times).most_common()

    @property
    def answer(self) -> str:
        """What an agent answered last."""
        return next((one.answer for one in self.times if one.answer), "")

    @property
    def sent(self) -> list[Entry]:
        """What the AI sent instead, each once."""
        return list({one.entry_id: one.entry for one in self.times if one.entry}.values())


def wordings_of(gap: Gap) -> list[Wording]:
    """The most frequent first. A question that reads the same but for its punctuation is the same wording."""
    counts = dict(gap.questions.order_by().values_list("key").annotate(Count("pk")))
    times: dict[str, list[GapQuestion]] = {}
    for question in gap.questions.select_related("entry")[:READ_MAX]:
        times.setdefault(question.key, []).append(question)
    found = [Wording(rows[0].text, counts[key], rows) for key, rows in times.items()]
    return sorted(found, key=lambda wording: -wording.count)
