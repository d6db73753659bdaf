"""The dictionary as Excel and CSV files: what one shop exports, another one imports."""

import re
from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource

from cs_platform.file_columns import NeedsItsColumns
from cs_platform.models import User
from kb.dictionary import unique_words, word_key
from kb.models import SynonymGroup, Term
from kb.services.dictionary import save_group, save_term

_BETWEEN_WORDS = re.compile(r"[\r\n|、，,;；=＝]+")
_KIND = "类型"


class _StoredByService(NeedsItsColumns, ModelResource):
    """Rows are written by the service, which checks each against the whole dictionary."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by: User | None = None

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.by = kwargs.get("user")
        super().before_import(dataset, **kwargs)


class SynonymGroupResource(_StoredByService):
    """A group a line, its words in one cell; known by its first word."""

    words = Field(attribute="words", column_name="同义词")
    note = Field(attribute="note", column_name="备注", default="")

    class Meta:
        model = SynonymGroup
        fields = ("words", "note")
        import_id_fields = ("words",)
        skip_unchanged = True
        report_skipped = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        row["同义词"] = "\n".join(unique_words(_BETWEEN_WORDS.split(str(row.get("同义词") or ""))))
        row["备注"] = str(row.get("备注") or "")[:200]

    def get_instance(self, instance_loader: Any, row: Any) -> SynonymGroup | None:
        first = str(row["同义词"]).split("\n", 1)[0]
        found = SynonymGroup.objects.filter(words__startswith=first)
        return next((group for group in found if group.listed[0] == first), None)

    def do_instance_save(self, instance: SynonymGroup, is_create: bool) -> None:
        save_group(instance, by=self.by)


class TermResource(_StoredByService):
    """A term a line, known by its word."""

    kind = Field(attribute="kind", column_name=_KIND)
    word = Field(attribute="word", column_name="词")
    right_word = Field(attribute="right_word", column_name="正确写法", default="")
    note = Field(attribute="note", column_name="备注", default="")

    class Meta:
        model = Term
        fields = ("kind", "word", "right_word", "note")
        import_id_fields = ("word",)
        skip_unchanged = True
        report_skipped = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        kind = str(row.get(_KIND) or "").strip()
        row[_KIND] = KINDS.get(kind, KINDS.get(kind.lower(), kind))
        for column in ("词", "正确写法", "备注"):
            row[column] = str(row.get(column) or "").strip()

    def get_instance(self, instance_loader: Any, row: Any) -> Term | None:
        return Term.objects.filter(key=word_key(row["词"])).first()

    def dehydrate_kind(self, term: Term) -> str:
        return KIND_NAMES[term.kind]

    def do_instance_save(self, instance: Term, is_create: bool) -> None:
        save_term(instance, by=self.by)


# In files kinds have these names, whatever the language of who exports.
KIND_NAMES: dict[str, str] = {"protected": "专有词", "stop": "停用词", "misspelling": "错别字"}
KINDS = {name: kind for kind, name in KIND_NAMES.items()} | {kind: kind for kind in KIND_NAMES}
