"""Which older group a new one means, and which topic it belongs to: sentence vectors of what was asked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from cs_platform.ai.encoder import QUESTION_MAX_CHARS, get_encoder
from cs_platform.text import clean_question
from kb.groups import Floats, Groups
from kb.models import Entry, Gap, GapQuestion
from kb.search import search
from kb.vectors import VectorTable, encode_texts, load_table, missing_texts, text_hash

# Half the closest wording, half all of them. Measured on questions with known meaning: of the pairs joined at .94
# 70 to 80 % belong together, at .93 a third does not. What stays apart a manager joins with one click.
SAME_MEANING = 0.94
GROUPS_COMPARED = 3_000
WORDINGS_PER_GROUP = 8
CATEGORY_LIFT = 0.03  # nearer than small talk by so much: the topic is worth a guess


class GapMeanings:
    """The vectors of new groups and of the older ones that are worth comparing with."""

    def __init__(self, wordings: dict[int, list[str]], table: VectorTable, *, has_encoder: bool) -> None:
        self._wordings = dict(sorted(wordings.items()))
        self._has_encoder = has_encoder
        self._ids = list(self._wordings)
        self._places = {gap_id: place for place, gap_id in enumerate(self._ids)}
        self._groups = Groups([len(texts) for texts in self._wordings.values()])
        self._rows = table.rows(table.places(text_hash(text) for texts in self._wordings.values() for text in texts))

    @classmethod
    def of(cls, new: Sequence[Gap]) -> "GapMeanings":
        """Encodes what has no vector yet; without an encoder only equal wordings are the same."""
        wordings = _wordings([gap.pk for gap in new])
        encoder = get_encoder()
        if encoder is None:
            return cls(wordings, VectorTable.empty(), has_encoder=False)
        texts = list(dict.fromkeys(text for group in wordings.values() for text in group))
        for _done in encode_texts(missing_texts(texts, encoder.model_id), encoder):
            pass
        table = load_table(map(text_hash, texts), encoder.model_id, VectorTable.empty())
        return cls(wordings, table, has_encoder=True)

    def nearest_older(self, gap_id: int) -> int | None:
        """The older group that means the same, if there is one."""
        if not self._has_encoder or gap_id not in self._places:
            return None
        place = self._places[gap_id]
        own, _groups = self._groups.select(np.array([place]))
        older = np.arange(place)  # groups stand in the order of their age
        if not len(older):
            return None
        rows, groups = self._groups.select(older)
        cosines = self._rows[rows] @ self._rows[own].T
        closeness = 0.5 * groups.best(cosines.max(axis=1)) + 0.5 * _means(cosines.mean(axis=1), groups)
        best = int(closeness.argmax())
        return self._ids[best] if closeness[best] >= SAME_MEANING else None

    def category_of(self, gap_id: int) -> int | None:
        """The topic of the nearest published entry, when it is near at all."""
        texts = self._wordings.get(gap_id)
        hits = search(texts[0], 1, fits_anybody=True) if texts else []
        if not hits or hits[0].lift < CATEGORY_LIFT:
            return None
        return Entry.objects.filter(pk=hits[0].entry.id).values_list("category", flat=True).first()


def _means(scores: Floats, groups: Groups) -> Floats:
    """The mean score of each group; every group has a wording."""
    return np.asarray(np.add.reduceat(scores, groups.starts) / groups.sizes, dtype=np.float32)


def _wordings(new: Iterable[int]) -> dict[int, list[str]]:
    """The wordings of each group, as the encoder reads them: the new ones, and those asked most lately."""
    recent = Gap.objects.order_by("-last_asked_at").values_list("pk", flat=True)[:GROUPS_COMPARED]
    wanted = {*recent, *new}
    found: dict[int, list[str]] = defaultdict(list)
    rows = GapQuestion.objects.filter(gap__in=wanted).order_by("-asked_at", "-pk").values_list("gap_id", "text")
    for gap_id, text in rows.iterator(2_000):
        if len(found[gap_id]) == WORDINGS_PER_GROUP:
            continue
        wording = clean_question(text)[:QUESTION_MAX_CHARS]
        if wording not in found[gap_id]:
            found[gap_id].append(wording)
    return found
