"""Questions of the history become groups by meaning; each group gets its name, its phrasings and a drafted answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Min, QuerySet

from cs_platform.ai.encoder import QUESTION_MAX_CHARS, get_encoder
from cs_platform.text import clean_question
from kb.bank import Bank
from kb.groups import Floats
from kb.lexicon import shop_talk, yardsticks
from kb.mining.grouping import (
    WORDINGS_MAX,
    Matters,
    centred,
    group,
    join_by_words,
    join_known,
    mean_of,
    most_central,
    nearness,
    word_nearness,
)
from kb.mining.naming import is_vague, well_formed
from kb.mining.replies import told_of
from kb.mining.told import Given
from kb.mining.wording import matter
from kb.models import HistoryQuestion, MinedQuestion
from kb.vectors import VectorTable, encode_texts, load_table, missing_texts, text_hash
from kb.vocabulary import shipped

Status = MinedQuestion.Status

GROUPS_MAX = 500  # per import: nobody reviews more, and what is asked again comes with the next one
_TEXTS_PER_STEP = 32
_KEYS_PER_QUERY = 400
_MANY_QUESTIONS = 1_000
_REPLIES_READ = 60_000
_NAME_SCORE_MIN = 0.8
_ASKS_WELL = 1.3  # by a word, and not somebody: below it a wording has to come twice
_MATTER_OF_A_NAME = 4
_CENTRAL_MIN = 0.15  # of wordings that nobody wrote twice: below it they have little in common
_VAGUE = np.float32(0.4)
_CENTRAL_WEIGHT = np.float32(1.5)
_NAME_WEIGHT, _OFTEN_WEIGHT = np.float32(0.25), np.float32(0.2)
_ANSWERED_WEIGHT = np.float32(0.04)  # a name that was answered itself brings its answer along
_WORDINGS_PER_GROUP = 30


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
    for members in _new_groups(wordings, vectors.of(wordings), vectors.matters_of(wordings), least)[:GROUPS_MAX]:
        new += _store_group(members, least)
    _join_rare_wordings()
    count_shares()
    return new


def nearest_pending(mined: MinedQuestion, limit: int) -> list[MinedQuestion]:
    """Undecided questions that share most words with this one."""
    others = list(MinedQuestion.objects.pending().exclude(pk=mined.pk)[:GROUPS_MAX])
    scores = word_nearness(mined.question, [one.question for one in others])
    ranked = sorted(zip(scores, others, strict=True), key=lambda pair: -pair[0])
    return [one for score, one in ranked[:limit] if score > 0]


def lock_groups(*ids: int) -> dict[int, MinedQuestion]:
    """These groups by number, nobody else's until the transaction ends: the smaller number first, as everybody."""
    groups = MinedQuestion.objects.select_for_update().order_by("pk")
    return {one.pk: one for one in groups.filter(pk__in=ids)}


def count_shares(ids: Iterable[int] | None = None) -> None:
    """Count groups anew (all, or these) and everybody's share of all questions; undecided groups without any go."""
    with transaction.atomic():
        everybody = MinedQuestion.objects.select_for_update().order_by("pk").values_list("pk", flat=True)
        known = set(everybody)
        count_groups(known if ids is None else known.intersection(ids))
        MinedQuestion.objects.filter(status=Status.PENDING, count=0).delete()
        _count_shares_of(MinedQuestion.objects.all())


def count_groups(ids: Iterable[int]) -> None:
    """Count these anew, and their share; the caller has locked them. What the others have of all stays the same."""
    groups = MinedQuestion.objects.filter(pk__in=list(ids))
    counts = dict(groups.order_by().annotate(number=Count("asked")).values_list("pk", "number"))
    changed = [one for one in groups.only("pk", "count") if one.count != counts.get(one.pk, one.count)]
    for one in changed:
        one.count = counts[one.pk]
    MinedQuestion.objects.bulk_update(changed, ["count"], batch_size=500)
    _count_shares_of(groups)


def _count_shares_of(groups: "QuerySet[MinedQuestion]") -> None:
    groups.update(share=F("count") * 1.0 / max(HistoryQuestion.objects.count(), 1))


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
        lines = load_table(map(text_hash, yardsticks()), self._model_id, empty) if encoder else empty
        self._bank = Bank.of(lines, shipped())

    def of(self, wordings: Sequence[_Wording]) -> Floats | None:
        """One row per wording; None where words alone have to do, and when a vector is missing."""
        places = self._table.places(text_hash(one.encoded_text) for one in wordings)
        return centred(self._table.rows(places), self._mean) if len(places) and (places >= 0).all() else None

    def matters_of(self, wordings: Sequence[_Wording]) -> Matters | None:
        """What the intent bank makes of them; None where words alone have to do."""
        places = self._table.places(text_hash(one.encoded_text) for one in wordings)
        if self._bank is None or not len(places) or (places < 0).any():
            return None
        return Matters(*self._bank.profiles(self._table.rows(places)))


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


def _new_groups(
    wordings: Sequence[_Wording], vectors: Floats | None, matters: Matters | None, least: int
) -> list[list[_Wording]]:
    """Members of each group that is worth a review, its name first; the largest group first."""
    given = _given_to(wordings)
    labels = group([one.text for one in wordings], vectors, matters=matters, given=given)
    fit = np.zeros(len(wordings), dtype=np.float32)  # to be a name, beside how it reads
    fit[[one.group for one in given if one.group >= 0]] = _ANSWERED_WEIGHT
    if matters is not None:
        fit += matters.typical()
    found = []
    for label in range(int(labels.max(initial=-1)) + 1):
        places = np.flatnonzero(labels == label)
        members = [wordings[int(place)] for place in places]
        if sum(one.count for one in members if _asks_well(one)) < least:
            continue  # what is no question by itself makes none frequent
        named = _named_first(members, vectors[places] if vectors is not None else None, fit[places])
        if named:
            found.append(named)
    # Of two that were asked as often, the one that reads better comes first.
    return sorted(found, key=lambda members: (-sum(one.count for one in members), -well_formed(members[0].text)))


def _given_to(wordings: Sequence[_Wording]) -> list[Given]:
    """What agents told everybody, as far as it tells something; what was told other questions counts as usual."""
    places = {one.key: place for place, one in enumerate(wordings)}
    rows: Any = (
        HistoryQuestion.objects.exclude(answer="").order_by("pk").values_list("key", "group", "answer", "rivals")
    )
    return [
        Given(told, places.get(key, -1) if group is None else -1, 1 / (1 + rivals))
        for key, group, answer, rivals in rows[:_REPLIES_READ].iterator(2_000)
        if (told := told_of(answer))
    ]


def _asks_well(one: _Wording) -> bool:
    return well_formed(one.text) >= (_ASKS_WELL if one.count == 1 else _NAME_SCORE_MIN)


def _named_first(members: Sequence[_Wording], vectors: Floats | None, fit: Floats) -> list[_Wording]:
    """The members, the one that names them best first; empty when none reads like a question.

    A name of hardly two characters has to be what customers write again and again: “包邮吗”, not “还是不行”.
    """
    near = nearness([one.text for one in members], vectors)
    weights = np.array([one.count for one in members], dtype=np.float32)
    forms = np.array([well_formed(one.text) for one in members], dtype=np.float32)
    often = np.log1p(weights) / np.log1p(weights.max())
    vague = np.array(
        [one.count == 1 and (matter(one.text) < _MATTER_OF_A_NAME or is_vague(one.text)) for one in members]
    )
    central = most_central(near, weights)
    scores = _CENTRAL_WEIGHT * central + _NAME_WEIGHT * forms + _OFTEN_WEIGHT * often + fit - _VAGUE * vague
    best = int(scores.argmax())
    is_loose = weights.max() == 1 and central[best] < _CENTRAL_MIN + 1 / len(members)  # it is near to itself, at least
    if forms[best] < _NAME_SCORE_MIN or vague[best] or is_loose:
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


def _chunks(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _KEYS_PER_QUERY] for start in range(0, len(keys), _KEYS_PER_QUERY))
