"""Knowledge as an import-export resource: which rows are new, changed or the same, stored in a few set-based writes."""

from collections.abc import Container, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from tablib import Dataset

from cs_platform.bulk_rows import Statement
from cs_platform.models import User
from cs_platform.precedence import promptly
from kb.categories import Path, categories_by_path
from kb.entry_checks import check_entry
from kb.entry_writes import STORED, Changes, prepare_writes
from kb.models import Category, Entry
from kb.models.category import PATH_SEPARATOR
from kb.prepared import IndexedEntry
from kb.readers import Progress
from kb.readers.columns import CATEGORY, COLUMNS, HANDOFF, PRODUCTS, QUESTION, RELATED, ROW, VARIANTS
from kb.rows import EntryRow, title_of
from kb.run_titles import RunTitle
from kb.scope_names import SCOPING, ScopeNames
from kb.search import indexed_entry, products_by_entry
from kb.services import announce_change, question_key
from kb.services.entries import scope_key
from kb.services.foresight import foreseen
from kb.services.gap_status import follow_all
from kb.services.gate import guarded
from kb.services.history import next_number, products_of, take_snapshot

_KEYS_PER_QUERY = 500


class EntryResource(ModelResource):
    """Imports rows that `kb.rows` has understood. A row is known by its number in the source, else by its question.

    All rows are compared first; then everything is written at once, in one transaction that is as short as it can be:
    on SQLite nobody else writes meanwhile, and people chat. So it is called without transactions, and a dry run is its
    own affair (`is_dry`): import-export would begin a transaction for it and hold it all the time.
    """

    def __init__(
        self,
        *,
        rows: dict[int, EntryRow] | None = None,
        by: User | None = None,
        is_dry: bool = False,
        careful: Container[int] = (),
        progress: Progress | None = None,
        name: str = "",
    ) -> None:
        super().__init__()
        self.name = name  # of the file
        self.is_dry = is_dry
        self.careful = careful  # rows that must not change what customers are told already
        self.spared: set[int] = set()
        self.rows = rows or {}
        self.by = by
        self.progress = progress
        self.seen = 0
        self.unchanged: set[int] = set()
        self.changes = Changes()

    row = Field(column_name=ROW)

    class Meta:
        model = Entry
        fields = (ROW,)
        import_id_fields = (ROW,)  # one has to be named; get_instance below does the matching
        use_bulk = True
        batch_size = None  # nothing is written before the last row was looked at
        skip_diff = True
        report_skipped = True
        store_row_values = True

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        self.categories: dict[Path, Category] = categories_by_path()
        self.by_number: dict[str, Entry] = {}
        self.by_key: dict[str, Entry] = {}
        self.by_scope: dict[tuple[str, str], Entry] = {}
        self.names = ScopeNames()
        for entry in self._entries_of_file():
            if not entry.scope_key:
                self.by_key[entry.question_key] = entry  # rather the general one than one for some customers
            self.by_key.setdefault(entry.question_key, entry)
            self.by_scope[entry.question_key, entry.scope_key] = entry
            if entry.external_id:
                self.by_number[entry.external_id] = entry
        known = {entry.pk: entry for entry in (*self.by_scope.values(), *self.by_number.values())}
        self.products = products_of(known.values())

    def get_instance(self, instance_loader: object, row: dict[str, Any]) -> Entry | None:
        source = self.rows[row[ROW]]
        return self.by_number.get(source.external_id) or self._with_question(source)

    def import_instance(self, instance: Entry, row: dict[str, Any], **kwargs: Any) -> None:
        source = self.rows[row[ROW]]
        self._refuse_conflict(instance, source)
        if instance.pk and instance.status == Entry.Status.PUBLISHED and source.number in self.careful:
            self.spared.add(source.number)
            return
        before = (_values(instance), self.products[instance.pk] if instance.pk else [])
        snapshot = take_snapshot(instance, self.products[instance.pk]) if instance.pk else None
        product_ids = self._fill(instance, source)
        if product_ids != before[1]:
            self.changes.products.append((instance, product_ids))
        if instance.pk and (_values(instance), product_ids) == before:
            self.unchanged.add(source.number)
        else:
            instance.version = next_number(instance, snapshot)
            self.changes.befores.append((instance, snapshot))
        instance.updated_by = self.by
        instance.updated_at = timezone.now()  # bulk updates do not set it

    def skip_row(
        self, instance: Entry, original: object, row: dict[str, Any], import_validation_errors: Any = None
    ) -> bool:
        return row[ROW] in self.unchanged or row[ROW] in self.spared

    def after_import_row(self, row: dict[str, Any], row_result: Any, **kwargs: Any) -> None:
        self.seen += 1
        if self.progress:
            self.progress(self.seen, len(self.rows))

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        """Nothing yet: `after_import` writes all of it."""

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        """Nothing yet: `after_import` writes all of it."""

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        is_refused = result.has_errors() or result.has_validation_errors()
        if self.is_dry or is_refused or not (result.totals["new"] or result.totals["update"]):
            return
        self.changes.created, self.changes.updated = self.create_instances, self.update_instances
        store = partial(self._store, prepare_writes(self.changes, self.products, by=self.by))
        with foreseen(store) if self.changes.touches_customers else nullcontext():
            store()

    def _store(self, writes: Sequence[Statement]) -> None:
        is_idle = not self.changes.touches_customers
        with promptly(), guarded(by=self.by, what=RunTitle(self.name), is_file=True, is_idle=is_idle):
            for statement in writes:
                statement.run()
            if not is_idle:
                follow_all()
                announce_change()

    def _refuse_conflict(self, instance: Entry, source: EntryRow) -> None:
        """A question belongs to one entry, and an entry to one number in the source."""
        other = self._with_question(source)
        if other is not None and other.pk != instance.pk:
            text = _("The entry “%(question)s” already has this question under number %(number)s.")
        elif source.external_id and instance.external_id and instance.external_id != source.external_id:
            text = _("The entry “%(question)s” already has this question under number %(number)s.")
            other = instance
        else:
            return
        raise ValidationError({QUESTION: text % {"question": other.question, "number": other.external_id or "—"}})

    def _entries_of_file(self) -> Iterator[Entry]:
        """The entries that rows of the file may mean, by number or by question."""
        keys = [question_key(row.question) for row in self.rows.values()]
        numbers = [row.external_id for row in self.rows.values() if row.external_id]
        for start in range(0, len(keys), _KEYS_PER_QUERY):
            yield from Entry.objects.filter(question_key__in=keys[start : start + _KEYS_PER_QUERY])
        for start in range(0, len(numbers), _KEYS_PER_QUERY):
            yield from Entry.objects.filter(external_id__in=numbers[start : start + _KEYS_PER_QUERY])

    def as_found(self, source: EntryRow) -> IndexedEntry:
        """A row that is not stored yet as the search would see it; call it after the rows were compared."""
        if stored := self.by_number.get(source.external_id) or self._with_question(source):  # it has the row's values
            products = self.names.product_ids(source.scope) if PRODUCTS in source.given else self.products[stored.pk]
            return indexed_entry(stored, list(products))
        entry = Entry(question=source.question, variants="\n".join(source.variants), answer=source.answer)
        self.names.fill(entry, source.scope, source.given)
        return indexed_entry(entry, self.names.product_ids(source.scope))

    def _with_question(self, source: EntryRow) -> Entry | None:
        """The stored entry that a row without number means: of several with its question the one for the same
        customers. With columns of scope, another scope is another entry."""
        key = question_key(source.question)
        if not SCOPING & source.given:
            return self.by_key.get(key)
        wanted = Entry()
        self.names.fill(wanted, source.scope, source.given)
        return self.by_scope.get((key, scope_key(wanted.applies_to(self.names.product_ids(source.scope)))))

    def _fill(self, entry: Entry, source: EntryRow) -> list[int]:
        """Take over the row; a column that the file does not have leaves the entry as it is. Returns its products."""
        entry.external_id = source.external_id or entry.external_id
        entry.question = source.question
        entry.question_key = question_key(source.question)
        entry.variants = "\n".join(source.variants)
        entry.answer = source.answer
        if source.category or CATEGORY in source.given:
            category = self.categories.get(source.category)
            entry.category_id = category.pk if category else None
            if source.category and category is None:
                self.changes.without_category.append((entry, source.category))
        if RELATED in source.given:
            entry.related = "\n".join(source.related)
        if HANDOFF in source.given:
            entry.handoff = source.handoff
        entry.status = source.status or entry.status
        entry.is_sample = False  # what the shop brings itself is its own
        self.names.fill(entry, source.scope, source.given)
        product_ids = sorted(self.products[entry.pk]) if entry.pk else []
        if PRODUCTS in source.given:
            product_ids = self.names.product_ids(source.scope)
        entry.scope_key = scope_key(entry.applies_to(product_ids))
        check_entry(entry)
        return product_ids


class EntryExport(ModelResource):
    """Exports knowledge with the columns that the import reads."""

    def __init__(self) -> None:
        super().__init__()
        self.paths = {category.pk: PATH_SEPARATOR.join(path) for path, category in categories_by_path().items()}
        self.names = ScopeNames()
        self.products = products_by_entry()

    class Meta:
        model = Entry
        fields = ()

    def export(self, queryset: QuerySet[Entry] | None = None, **kwargs: Any) -> Dataset:
        entries = Entry.objects.all() if queryset is None else queryset
        columns = [column for column in COLUMNS if column != VARIANTS]
        dataset = Dataset(headers=[title_of(column) for column in columns])
        for entry in entries.iterator(chunk_size=1000):
            dataset.append(self._cells(entry))
        return dataset

    def _cells(self, entry: Entry) -> list[str]:
        return [
            entry.external_id or "",
            "\n".join(entry.phrasings),
            entry.answer,
            self.paths.get(entry.category_id or 0, ""),
            entry.related,
            entry.handoff,
            str(entry.get_status_display()),
            *self.names.cells_of(entry, self.products[entry.pk]),
        ]


def _values(entry: Entry) -> list[object]:
    return [getattr(entry, name) for name in STORED]
