"""The index of this process, kept in step with what is published, and questions turned into vectors for it."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet

from cs_platform.ai.encoder import get_encoder
from kb.codes import Catalogue
from kb.dictionary import current_catalogue, current_vocabulary
from kb.fitted import fitted_for
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.models import Entry, Lesson
from kb.models.entry import lines
from kb.prepared import IndexedEntry, MatchMode, hashes_needed, texts_to_encode, without_samples
from kb.scoring import Hit
from kb.vectors import VectorTable, load_table, missing_texts
from kb.version import current_version
from kb.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

_REST, _BLINK_SECONDS = 3.0, 0.25

_READ = (
    *("question", "variants", "answer", "related", "is_sample", "updated_by", "match_mode"),
    *("valid_from", "valid_until", "channels", "stages"),
)


@dataclass(frozen=True, slots=True)
class _Held:
    version: int
    model_id: str
    index: KnowledgeIndex


class IndexHolder:
    """One index per process: whoever first sees a new version rebuilds, the others go on with the old one.

    Where one change follows the other, several make one rebuild: after each, a rest of three times as long.
    """

    def __init__(self, read_version: Callable[[], int], build: Callable[[str, VectorTable], KnowledgeIndex]) -> None:
        self._read_version = read_version
        self._build = build
        self._building = threading.Lock()
        self._held: _Held | None = None
        self._rests_until = 0.0

    def get(self) -> KnowledgeIndex:
        encoder = get_encoder()
        wanted = (self._read_version(), encoder.model_id if encoder else "")
        if (held := self._fitting(wanted)) is not None:
            return held.index
        if self._held is not None and time.monotonic() < self._rests_until:
            return self._held.index
        # Only a process without any index waits; during a rebuild the old one is at most a second out of date.
        if not self._building.acquire(blocking=self._held is None) and self._held is not None:
            return self._held.index
        try:
            if (held := self._fitting(wanted)) is None:
                # The version was read before the entries, so a change in between is one more version next time.
                is_first, began = self._held is None, time.thread_time()
                self._held = held = _Held(*wanted, self._build(wanted[1], self._known_vectors(wanted[1])))
                self._rest(0.0 if is_first else time.thread_time() - began)
            return held.index
        finally:
            self._building.release()

    def _rest(self, took: float) -> None:
        """A build of a blink needs no rest: the next question sees the next change. Nor does the first: it is cold."""
        self._rests_until = time.monotonic() + _REST * took if took > _BLINK_SECONDS else 0.0

    def forget(self) -> None:
        self._held = None

    def of_version(self, version: int) -> KnowledgeIndex | None:
        """What is in memory, if it is of this version; builds nothing."""
        encoder = get_encoder()
        held = self._fitting((version, encoder.model_id if encoder else ""))
        return held.index if held else None

    def _fitting(self, wanted: tuple[int, str]) -> _Held | None:
        held = self._held
        return held if held is not None and (held.version, held.model_id) == wanted else None

    def _known_vectors(self, model_id: str) -> VectorTable:
        held = self._held
        return held.index.table if held is not None and held.model_id == model_id else VectorTable.empty()


def build_index(model_id: str, known: VectorTable) -> KnowledgeIndex:
    """What is published now; vectors that are in memory already are not read again."""
    return index_over(published_entries(), model_id, known)


def index_over(
    entries: Sequence[IndexedEntry],
    model_id: str,
    known: VectorTable,
    *,
    vocabulary: Vocabulary | None = None,
    catalogue: Catalogue | None = None,
) -> KnowledgeIndex:
    """An index over entries that need not be published, with the vectors that are stored; with today's words and
    products unless others are given."""
    vocabulary = vocabulary or current_vocabulary()
    table = load_table(hashes_needed(entries, vocabulary), model_id, known) if model_id else VectorTable.empty()
    return KnowledgeIndex(
        entries,
        table,
        vocabulary=vocabulary,
        catalogue=catalogue or current_catalogue(),
        fitted=fitted_for(model_id) if model_id else None,
    )


_holder = IndexHolder(current_version, build_index)


def current_index() -> KnowledgeIndex:
    """What is published now, ready to search. Asks the database, so never call it on the event loop."""
    return _holder.get()


def index_in_memory(version: int) -> KnowledgeIndex | None:
    """The index of this process, if it is of this version of the knowledge."""
    return _holder.of_version(version)


def forget_index() -> None:
    """Build anew at the next question (after a database was exchanged under a running process, and in tests)."""
    _holder.forget()


def search(question: str, limit: int = 5, *, fits_anybody: bool = False) -> list[Hit]:
    """The best published entries for a question: those for everybody now, or all there are."""
    index = current_index()
    fitting = index.coverage.everything if fits_anybody else None
    return index.search(question, limit, vector=question_vector(index, question), fitting=fitting)


def question_vector(index: KnowledgeIndex, question: str) -> Floats | None:
    """The vector of the cleaned question; None where words alone have to do.

    A guessed correction is believed only when it brings the question nearer to something that people ask.
    """
    encoder = get_encoder() if index.understands else None
    if encoder is None:
        return None
    try:
        reading = index.reader.read(question)
        readings = dict.fromkeys((reading.typed, reading.text))
        return max((encoder.encode_question(text) for text in readings), key=index.nearness)
    except Exception:  # whatever the engine fails with, a shopper still gets an answer
        logger.exception("The encoder failed on a question; words alone decided.")
        return None


def published_entries() -> list[IndexedEntry]:
    """What can be found: published entries, without the samples once the shop has its own."""
    rows: QuerySet = Entry.objects.published().order_by("pk")
    products, refused = products_by_entry(), refused_by_entry()
    known = rows.only(*_READ).iterator(2_000)
    return without_samples([indexed_entry(entry, products[entry.pk], refused[entry.pk]) for entry in known])


def products_by_entry() -> defaultdict[int, list[int]]:
    """The products that entries are restricted to."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for entry_id, product_id in Entry.products.through.objects.values_list("entry_id", "product_id"):
        found[entry_id].append(product_id)
    return found


def refused_by_entry() -> defaultdict[int, list[str]]:
    """The counter-examples of entries that count."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for entry_id, question in Lesson.objects.against().order_by("pk").values_list("entry_id", "question"):
        found[entry_id].append(question)
    return found


def indexed_entry(entry: Entry, products: list[int], refused: Sequence[str] = ()) -> IndexedEntry:
    """An entry as the search sees it; `products` are those it is restricted to, `refused` its counter-examples."""
    return IndexedEntry(
        entry.pk or 0,
        entry.phrasings,
        entry.answer,
        tuple(lines(entry.related)),
        entry.is_sample,
        entry.updated_by_id is not None,
        entry.applies_to(products),
        cast(MatchMode, entry.match_mode),
        tuple(refused),
    )


def encoding_progress() -> tuple[int, int]:
    """How many of the texts that need a vector have one, and how many need one; (0, 0) without an encoder."""
    encoder = get_encoder()
    if encoder is None:
        return 0, 0
    texts = texts_to_encode(published_entries())
    return len(texts) - len(missing_texts(texts, encoder.model_id)), len(texts)
