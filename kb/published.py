"""What customers are told at one moment, read from the database; read again, only what has changed since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cs_platform.ai.encoder import get_encoder
from kb.codes import Catalogue
from kb.dictionary import catalogue_of, current_articles, current_vocabulary
from kb.index import KnowledgeIndex
from kb.models import Entry
from kb.prepared import IndexedEntry, without_samples
from kb.search import index_in_memory, index_over, indexed_entry, products_by_entry, refused_by_entry
from kb.vectors import VectorTable
from kb.version import current_version
from kb.vocabulary import Vocabulary

_STAMP = ("pk", "version", "is_sample", "updated_by_id", "updated_at", "handoff")
_KEYS_PER_QUERY = 500

Stamp = tuple[object, ...]


@dataclass(frozen=True)
class Published:
    """Every published entry by its primary key, with a stamp that is another one once the entry is changed."""

    version: int
    rows: Mapping[int, tuple[Stamp, IndexedEntry]]
    handoffs: Mapping[int, str]  # hand-to-human conditions, of entries that have one
    vocabulary: Vocabulary
    articles: tuple[tuple[str, str], ...]  # numbers and names of products
    catalogue: Catalogue

    @classmethod
    def read(cls, known: "Published | None" = None) -> "Published":
        """As it is at this point of the transaction, if there is one. `known` saves reading what is the same still."""
        version = current_version()
        if known is not None and known.version == version:
            return known
        stamps = _stamps()
        old = known.rows if known else {}
        fresh = _read_entries(pk for pk, stamp in stamps.items() if pk not in old or old[pk][0] != stamp)
        rows = {pk: (stamp, fresh[pk]) if pk in fresh else old[pk] for pk, stamp in stamps.items()}
        handoffs = {pk: str(stamp[4]) for pk, stamp in stamps.items() if stamp[4]}
        articles = tuple(current_articles())
        is_same = known is not None and known.articles == articles
        catalogue = known.catalogue if known is not None and is_same else catalogue_of(articles)
        return cls(version, rows, handoffs, current_vocabulary(), articles, catalogue)

    @cached_property
    def entries(self) -> tuple[IndexedEntry, ...]:
        """Those that answer: samples have stepped aside once the shop has its own."""
        return tuple(without_samples(entry for _stamp, entry in self.rows.values()))

    @property
    def idle(self) -> frozenset[int]:
        """The samples that have stepped aside."""
        return frozenset(self.rows).difference(entry.id for entry in self.entries)

    @property
    def facts(self) -> tuple[object, ...]:
        """All that answers depend on."""
        return self.entries, self.handoffs, self.vocabulary, self.articles

    def index(self, known: VectorTable | None = None) -> KnowledgeIndex:
        """An index over these entries: the one of this process, or a new one with the vectors that are stored."""
        if in_memory := index_in_memory(self.version):
            return in_memory
        encoder = get_encoder()
        table = VectorTable.empty() if known is None else known
        model_id = encoder.model_id if encoder else ""
        return index_over(self.entries, model_id, table, vocabulary=self.vocabulary, catalogue=self.catalogue)


def _stamps() -> dict[int, Stamp]:
    """Of every published entry, what becomes another value with each change of it."""
    products, refused = products_by_entry(), refused_by_entry()
    rows = Entry.objects.published().order_by("pk").values_list(*_STAMP)
    return {pk: (*stamp, sorted(products[pk]), refused[pk]) for pk, *stamp in rows}


def _read_entries(ids: Iterable[int]) -> dict[int, IndexedEntry]:
    wanted = list(ids)
    products, refused = products_by_entry(), refused_by_entry()
    found: dict[int, IndexedEntry] = {}
    for start in range(0, len(wanted), _KEYS_PER_QUERY):
        for entry in Entry.objects.filter(pk__in=wanted[start : start + _KEYS_PER_QUERY]):
            found[entry.pk] = indexed_entry(entry, products[entry.pk], refused[entry.pk])
    return found
