"""Questions of the history become groups by meaning; each group gets its name, its phrasings and a drafted answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Min

from cs_platform.ai.encoder import QUESTION_MAX_CHARS, get_encoder
from cs_platform.text import clean_question, phrase_key
from kb.groups import Floats
from kb.lexicon import shop_talk
from kb.mining.grouping import (
    WORDINGS_MAX,
    centred,
    group,
    join_by_words,
    join_known,
    mean_of,
    most_central,
    nearness,
    word_nearness,
)
from kb.mining.replies import DRAFT_SUBSTANCE_MIN, choose_draft, substance, tally
from kb.mining.wording import well_formed
from kb.models import HistoryQuestion, MinedQuestion
from kb.topics import guess_categories
from kb.vectors import VectorTable, encode_texts, load_table, missing_texts, text_hash

Status = MinedQuestion.Status

GROUPS_MAX = 500  # per import: nobody reviews more, and what is asked again comes with the next one
PHRASINGS_KEPT = 15
ANSWERS_KEPT = 8
_TEXTS_PER_STEP = 32
_GROUPS_PER_STEP = 20
_KEYS_PER_QUERY = 400
_MANY_QUESTIONS = 1_000
_ANSWERS_READ = 2_000
_NAME_SCORE_MIN = 1.3
_NAME_WEIGHT = 0.25
_WORDINGS_PER_GROUP = 8


@dataclass(frozen=True, slots=True)
class _Wording:
    key: str
    text: str
    count: int

    @property
    def encoded_text(self) -> str:
        """As the encoder reads it."""
        return clean_question(self.text).rstrip(" ?")[:QUESTION_MAX_CHARS]


def encode_some() -> tuple[int, int]:
    """Encode some of the most frequent wordings; how many have their vector now, and how many shall."""
    encoder = get_encoder()
    if encoder is None:
        return 0, 0
    texts = [*shop_talk(), *(one.encoded_text for one in _frequent_wordings())]
    missing = missing_texts(texts, encoder.model_id)
    done = max(encode_texts(missing[:_TEXTS_PER_STEP], encoder), default=0)
    total = len(set(texts))
    return total - len(missing) + done, total


def group_questions() -> int:
    """Put every question without group where it belongs, as far as it belongs anywhere; how many groups are new.

    Existing groups come first, whatever was decided about them: what was rejected once does not come again. May run
    twice, also at the same time: a question is taken only while it has no group.
    """
    _join_equal_wordings()
    wordings = _frequent_wordings()
    groups, known = _known_wordings()
    vectors = _Vectors([*wordings, *known])
    wordings = _join_existing(wordings, groups, known, vectors)
    least = 3 if HistoryQuestion.objects.count() >= _MANY_QUESTIONS else 2
    new = 0
    for members in _new_groups(wordings, vectors.of(wordings), least)[:GROUPS_MAX]:
        new += _store_group(members, least)
    _join_rare_wordings()
    count_shares()
    return new


def draft_some() -> tuple[int, int]:
    """Draft some of the groups that grew since their last draft; how many are up to date, and how many there are."""
    pending = MinedQuestion.objects.filter(status=Status.PENDING)
    stale = list(pending.exclude(drafted_count=F("count")).order_by("-count", "pk")[:_GROUPS_PER_STEP])
    if stale:
        categories = guess_categories([one.question for one in stale])
        for one, category_id in zip(stale, categories, strict=True):
            _draft(one, category_id)
    total = pending.count()
    return total - pending.exclude(drafted_count=F("count")).count(), total


def nearest_pending(mined: MinedQuestion, limit: int) -> list[MinedQuestion]:
    """Undecided questions that share most words with this one."""
    others = list(MinedQuestion.objects.pending().exclude(pk=mined.pk)[:GROUPS_MAX])
    scores = word_nearness(mined.question, [one.question for one in others])
    ranked = sorted(zip(scores, others, strict=True), key=lambda pair: -pair[0])
    return [one for score, one in ranked[:limit] if score > 0]


def count_shares(ids: Iterable[int] | None = None) -> None:
    """Count groups anew (all, or these) and everybody's share of all questions; undecided groups without any go."""
    with transaction.atomic():
        groups = MinedQuestion.objects.all() if ids is None else MinedQuestion.objects.filter(pk__in=list(ids))
        counts = dict(groups.order_by().annotate(number=Count("asked")).values_list("pk", "number"))
        changed = [one for one in groups.only("pk", "count") if one.count != counts.get(one.pk, one.count)]
        for one in changed:
            one.count = counts[one.pk]
        MinedQuestion.objects.bulk_update(changed, ["count"], batch_size=500)
        MinedQuestion.objects.filter(status=Status.PENDING, count=0).delete()
        total = HistoryQuestion.objects.count()
        MinedQuestion.objects.update(share=F("count") * 1.0 / max(total, 1))


def _frequent_wordings() -> list[_Wording]:
    """Wordings without a group, the most frequent first; as many as can be compared with each other."""
    return _ungrouped()[:WORDINGS_MAX]


def _ungrouped() -> list[_Wording]:
    keys: Any = HistoryQuestion.objects.filter(group=None).order_by().values_list("key")
    rows = keys.annotate(number=Count("pk"), sample=Min("text")).order_by("-number", "key")
    return [_Wording(key, sample, number) for key, number, sample in rows.iterator(2_000)]


class _Vectors:
    """Centred vectors of wordings, out of the database; the centre is that of all given at first."""

    def __init__(self, wordings: Sequence[_Wording]) -> None:
        encoder = get_encoder()
        self._model_id = encoder.model_id if encoder else ""
        hashes = [text_hash(one.encoded_text) for one in wordings]
        general = list(map(text_hash, shop_talk()))
        empty = VectorTable.empty()
        self._table = load_table([*hashes, *general], self._model_id, empty) if encoder else empty
        rows = self._table.rows(self._table.places(hashes))
        self._mean = mean_of(rows, self._table.rows(self._table.places(general)))

    def of(self, wordings: Sequence[_Wording]) -> Floats | None:
        """One row per wording; None where words alone have to do, and when a vector is missing."""
        places = self._table.places(text_hash(one.encoded_text) for one in wordings)
        return centred(self._table.rows(places), self._mean) if len(places) and (places >= 0).all() else None


def _join_equal_wordings() -> None:
    """Questions that read the same as one in a group."""
    known = HistoryQuestion.objects.exclude(group=None).order_by().values("key")
    ungrouped = HistoryQuestion.objects.filter(group=None, key__in=known).order_by().values_list("key", flat=True)
    keys = list(ungrouped.distinct())
    for some in _chunks(keys):
        owners = dict(HistoryQuestion.objects.filter(key__in=some).exclude(group=None).values_list("key", "group"))
        _take(owners)


def _join_existing(
    wordings: list[_Wording], groups: Sequence[int], known: Sequence[_Wording], vectors: _Vectors
) -> list[_Wording]:
    """Give wordings to the existing groups that mean the same; those that are left."""
    if not known or not wordings:
        return wordings
    texts, known_texts = [one.text for one in wordings], [one.text for one in known]
    found = join_known(texts, vectors.of(wordings), known_texts, vectors.of(known), groups)
    _take({one.key: owner for one, owner in zip(wordings, found, strict=True) if owner is not None})
    return [one for one, owner in zip(wordings, found, strict=True) if owner is None]


def _join_rare_wordings() -> None:
    """What was too rare to be compared by meaning joins by its words."""
    rare = _ungrouped()[WORDINGS_MAX:]
    groups, known = _known_wordings()
    found = join_by_words([one.text for one in rare], [one.text for one in known], groups) if rare else []
    _take({one.key: owner for one, owner in zip(rare, found, strict=True) if owner is not None})


def _known_wordings() -> tuple[list[int], list[_Wording]]:
    """Up to a few wordings of each group that exists, the most frequent ones, with their groups."""
    keys: Any = HistoryQuestion.objects.exclude(group=None).order_by().values_list("group", "key")
    rows = keys.annotate(number=Count("pk"), sample=Min("text")).order_by("-number", "key")
    taken: Counter[int] = Counter()
    groups, known = [], []
    for owner, key, number, sample in rows.iterator(2_000):
        if taken[owner] < _WORDINGS_PER_GROUP:
            taken[owner] += 1
            groups.append(owner)
            known.append(_Wording(key, sample, number))
    return groups, known


def _new_groups(wordings: Sequence[_Wording], vectors: Floats | None, least: int) -> list[list[_Wording]]:
    """Members of each group that is worth a review, its name first; the largest group first."""
    labels = group([one.text for one in wordings], vectors, _answers_to(wordings))
    found = []
    for label in range(int(labels.max(initial=-1)) + 1):
        places = np.flatnonzero(labels == label)
        members = [wordings[int(place)] for place in places]
        if sum(one.count for one in members) < least:
            continue
        named = _named_first(members, vectors[places] if vectors is not None else None)
        if named:
            found.append(named)
    # Of two that were asked as often, the one that reads better comes first.
    return sorted(found, key=lambda members: (-sum(one.count for one in members), -well_formed(members[0].text)))


def _answers_to(wordings: Sequence[_Wording]) -> list[str]:
    """The most frequent reply to each wording that tells something; empty where none does."""
    wanted = {one.key for one in wordings}
    replies: dict[str, Counter[str]] = defaultdict(Counter)
    rows = HistoryQuestion.objects.filter(group=None).exclude(answer="").order_by().values_list("key", "answer")
    for key, answer in rows.iterator(2_000):
        if key in wanted:
            replies[key][answer] += 1
    return [_telling(replies[one.key]) for one in wordings]


def _telling(replies: Counter[str]) -> str:
    return next((text for text, _count in replies.most_common(3) if substance(text) >= DRAFT_SUBSTANCE_MIN), "")


def _named_first(members: Sequence[_Wording], vectors: Floats | None) -> list[_Wording]:
    """The members, the one that names them best first; empty when none reads like a question."""
    near = nearness([one.text for one in members], vectors)
    weights = np.array([one.count for one in members], dtype=np.float32)
    forms = np.array([well_formed(one.text) for one in members], dtype=np.float32)
    often = np.log1p(weights) / np.log1p(weights.max())
    scores = most_central(near, weights) + np.float32(_NAME_WEIGHT) * forms + np.float32(0.2) * often
    best = int(scores.argmax())
    if forms[best] < _NAME_SCORE_MIN:
        return []
    rest = [one for place, one in enumerate(members) if place != best]
    return [members[best], *sorted(rest, key=lambda one: -one.count)]


def _store_group(members: Sequence[_Wording], least: int) -> bool:
    """A new group that takes these questions, unless another worker took them."""
    with transaction.atomic():
        row = MinedQuestion.objects.create(question=members[0].text)
        if _take({one.key: row.pk for one in members}) >= least:
            return True
        HistoryQuestion.objects.filter(group=row).update(group=None)
        row.delete()
    return False


def _take(owners: dict[str, int]) -> int:
    """Give questions without a group to these groups, by key; how many."""
    by_owner: dict[int, list[str]] = defaultdict(list)
    for key, owner in owners.items():
        by_owner[owner].append(key)
    taken = 0
    for owner, keys in by_owner.items():
        for some in _chunks(keys):
            taken += HistoryQuestion.objects.filter(key__in=some, group=None).update(group=owner)
    return taken


def _draft(mined: MinedQuestion, category_id: int | None) -> None:
    """Phrasings, answers and draft from what is in the group now; a decision that came meanwhile stays untouched."""
    rows = list(mined.asked.order_by("pk").values_list("key", "text", "answer"))
    replies = tally(mined.question, [(text, answer) for _key, text, answer in rows if answer][:_ANSWERS_READ])
    MinedQuestion.objects.filter(pk=mined.pk, status=Status.PENDING).update(
        phrasings="\n".join(_phrasings(mined.question, [(key, text) for key, text, _answer in rows])),
        answer=choose_draft(mined.question, replies),
        answers=[[reply.text, reply.count] for reply in replies[:ANSWERS_KEPT]],
        category_id=mined.category_id or category_id,
        count=len(rows),
        drafted_count=len(rows),
    )


def _phrasings(question: str, rows: Sequence[tuple[str, str]]) -> list[str]:
    """The most frequent other wordings that read like questions."""
    counts = Counter(key for key, _text in rows)
    texts = dict(reversed(rows))
    own = phrase_key(question)
    ordered = sorted(counts, key=lambda key: (-counts[key], -well_formed(texts[key]), key))
    readable = [texts[key] for key in ordered if phrase_key(texts[key]) != own and well_formed(texts[key]) > 0.5]
    return readable[:PHRASINGS_KEPT]


def _chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _KEYS_PER_QUERY] for start in range(0, len(keys), _KEYS_PER_QUERY))
