"""What an import writes, made ready before its transaction begins: on SQLite nobody else writes meanwhile, and people
chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cs_platform.bulk_rows import Statement, delete_of, insert_of, take_numbers, update_of
from cs_platform.models import User
from kb.categories import Path, plan_paths
from kb.models import Category, Entry, EntryVersion
from kb.services.history import Change, Snapshot, take_snapshot, versions_of

STORED = (
    *("external_id", "question", "question_key", "variants", "answer", "category_id", "related", "handoff", "status"),
    *("is_sample", "scope_key", "is_verbatim", "match_mode", "valid_from", "valid_until", "channels", "stages"),
    *("owner_id", "review_by"),
)
_UPDATED = (*STORED, "version", "updated_by", "updated_at")


@dataclass
class Changes:
    """The rows of a file that change something, as they were compared."""

    created: list[Entry] = field(default_factory=list)
    updated: list[Entry] = field(default_factory=list)
    befores: list[tuple[Entry, Snapshot | None]] = field(default_factory=list)  # None: a new entry
    without_category: list[tuple[Entry, Path]] = field(default_factory=list)  # their category does not exist yet
    products: list[tuple[Entry, list[int]]] = field(default_factory=list)  # other products than before

    @property
    def touches_customers(self) -> bool:
        """Whether any of them was published or will be."""
        published = Entry.Status.PUBLISHED
        return any(
            entry.status == published or (before is not None and before["status"] == published)
            for entry, before in self.befores
        )


def prepare_writes(changes: Changes, product_ids: Mapping[int, list[int]], *, by: User | None) -> Sequence[Statement]:
    """The statements that store all of it; new entries get their numbers now.

    `product_ids`: the products of the entries that were stored before.
    """
    for entry, number in zip(changes.created, take_numbers(Entry, len(changes.created)), strict=True):
        entry.pk = number
    categories = _give_categories(changes.without_category)
    ids = {**product_ids, **{entry.pk: products for entry, products in changes.products}}
    versions = versions_of(
        [Change(entry, before, take_snapshot(entry, ids.get(entry.pk, ()))) for entry, before in changes.befores],
        by=by,
        deed=EntryVersion.Deed.IMPORTED,
    )
    return [
        insert_of(categories),
        insert_of(changes.created),
        update_of(changes.updated, _UPDATED),
        *_links(changes.products),
        insert_of(versions),
    ]


def _give_categories(wanting: Sequence[tuple[Entry, Path]]) -> Sequence[Category]:
    """Point entries to categories that are still to be stored, and return those."""
    if not wanting:
        return ()
    known, missing = plan_paths(path for _entry, path in wanting)
    for entry, path in wanting:
        entry.category_id = known[path].pk
    return missing


def _links(products: Sequence[tuple[Entry, Sequence[int]]]) -> Sequence[Statement]:
    link = Entry.products.through
    rows = [link(entry_id=entry.pk, product_id=product) for entry, ids in products for product in ids]
    return [delete_of(link, "entry", [entry.pk for entry, _ids in products]), insert_of(rows)]
