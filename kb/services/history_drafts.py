"""Drafts for the groups of the history: phrasings, what agents answered, the answer proposed, and a likely category."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import F

from cs_platform.ai.encoder import get_encoder
from cs_platform.text import phrase_key
from kb.groups import Floats
from kb.mining.drafts import Closeness, Draft, Replied, choose_draft, nearness
from kb.mining.naming import well_formed
from kb.mining.replies import told_of
from kb.mining.told import Given, Told
from kb.models import HistoryQuestion, MinedQuestion
from kb.topics import guess_categories
from kb.vectors import VectorTable, encode_texts, load_table, missing_texts, text_hash

Status = MinedQuestion.Status

PHRASINGS_KEPT = 15
ANSWERS_KEPT = 8
_GROUPS_PER_STEP = 60
_REPLIES_READ = 60_000
_REPLIES_OF_A_GROUP = 2_000
_WELL_ENOUGH = 0.5


def draft_some() -> tuple[int, int]:
    """Draft some of the groups that grew since their last draft; how many are up to date, and how many there are."""
    pending = MinedQuestion.objects.filter(status=Status.PENDING)
    stale = list(pending.exclude(drafted_count=F("count")).order_by("-count", "pk")[:_GROUPS_PER_STEP])
    if stale:
        categories = guess_categories([one.question for one in stale])
        history = _History()
        for one, category_id in zip(stale, categories, strict=True):
            _draft(one, category_id, history)
    total = pending.count()
    return total - pending.exclude(drafted_count=F("count")).count(), total


class _History:
    """What agents told everybody, and what the questions of all groups mean."""

    def __init__(self) -> None:
        groups = list(MinedQuestion.objects.exclude(count=0).order_by("pk").values_list("pk", "question"))
        self._places = {pk: place for place, (pk, _question) in enumerate(groups)}
        rows: Any = HistoryQuestion.objects.exclude(answer="").order_by("pk").values_list("group", "answer", "rivals")
        self._told = Told(
            [
                Given(told, self._places.get(group, -1), 1 / (1 + rivals))
                for group, answer, rivals in rows[:_REPLIES_READ].iterator(2_000)
                if (told := told_of(answer))
            ],
            len(groups),
        )
        self._meanings = _Meanings([question for _pk, question in groups])

    def draft(self, mined: MinedQuestion, replies: Sequence[Replied]) -> Draft:
        place = self._places[mined.pk]
        return choose_draft(place, replies, self._told, self._meanings.closeness_to(place))


class _Meanings:
    """How close a reply comes to one group's question, compared with the questions of all others."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._encoder = get_encoder()
        self._questions = self._vectors(questions) if self._encoder and len(questions) > 1 else None

    def closeness_to(self, place: int) -> Closeness | None:
        """In standard deviations above what a reply has in common with any question; None without an encoder."""
        questions = self._questions
        if questions is None:
            return None

        def closeness(clauses: Sequence[str]) -> Sequence[float]:
            if not clauses:
                return ()
            cosines = self._vectors(clauses) @ questions.T
            lifts = cosines[:, place] - cosines.mean(axis=1)
            return [float(lift) for lift in lifts / np.maximum(cosines.std(axis=1), 1e-6)]

        return closeness

    def _vectors(self, texts: Sequence[str]) -> Floats:
        assert self._encoder is not None
        model_id = self._encoder.model_id
        for _done in encode_texts(missing_texts(texts, model_id), self._encoder):
            pass
        hashes = [text_hash(text) for text in texts]
        table = load_table(hashes, model_id, VectorTable.empty())
        return table.rows(table.places(hashes))


def _draft(mined: MinedQuestion, category_id: int | None, history: _History) -> None:
    """Phrasings, answers and draft from what is in the group now; a decision that came meanwhile stays untouched."""
    rows = list(mined.asked.order_by("pk").values_list("key", "text", "answer", "rivals"))
    replies = [
        Replied(answer, rivals, nearness(mined.question, text)) for _key, text, answer, rivals in rows if answer
    ][:_REPLIES_OF_A_GROUP]
    draft = history.draft(mined, replies)
    MinedQuestion.objects.filter(pk=mined.pk, status=Status.PENDING).update(
        phrasings="\n".join(_phrasings(mined.question, [(key, text) for key, text, *_reply in rows])),
        answer=draft.text,
        answers=[list(pair) for pair in draft.told[:ANSWERS_KEPT]] or _said(replies),
        category_id=mined.category_id or category_id,
        count=len(rows),
        drafted_count=len(rows),
    )


def _said(replies: Sequence[Replied]) -> list[list[Any]]:
    """What agents said where none of it is supported: a person may find the answer in it."""
    return [[text, count] for text, count in Counter(reply.text for reply in replies).most_common(ANSWERS_KEPT)]


def _phrasings(question: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """The most frequent other wordings that read like questions."""
    counts = Counter(key for key, _text in rows)
    texts = dict(reversed(rows))
    own = phrase_key(question)
    ordered = sorted(counts, key=lambda key: (-counts[key], -well_formed(texts[key]), key))
    readable = [
        texts[key] for key in ordered if phrase_key(texts[key]) != own and well_formed(texts[key]) > _WELL_ENOUGH
    ]
    return readable[:PHRASINGS_KEPT]
