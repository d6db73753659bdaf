"""CSV: written as Excel opens it, read as shops have it."""

import csv
import io
from typing import Any

from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers.cells import write_cell
from kb.readers.columns import arrange
from kb.readers.tables import read_records


class CommaSeparated(Format):
    def get_title(self) -> str:
        return "csv"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        return arrange(read_records("csv", in_stream, kwargs.get("progress")))

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows([write_cell(value) for value in row] for row in (dataset.headers, *dataset))
        return out.getvalue().encode("utf-8-sig")  # with the mark Excel opens Chinese correctly
