"""Word and PDF documents: their passages as the rows of a table, each with the place it came from."""

from typing import Any

from import_export.formats.base_formats import Format
from tablib import Dataset

from kb.readers.columns import COLUMNS, ROW, known_headers
from kb.readers.limits import check_row_count
from kb.readers.sandbox import Watch, parse

PLACE = "place"  # the number of the paragraph or page
IS_SUGGESTED = "is_suggested"  # nobody wrote the question: it was made from a heading


class Document(Format):
    """A kind of file that is read passage by passage. Its rows are numbered; the place of each is a column."""

    kind = ""
    content_type = ""

    def get_title(self) -> str:
        return self.kind

    def get_extension(self) -> str:
        return self.kind

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        options = {"headers": known_headers()}
        passages = parse(self.kind, in_stream, options, Watch(progress=kwargs.get("progress")))
        check_row_count(len(passages))
        dataset = Dataset(headers=[ROW, *COLUMNS, PLACE, IS_SUGGESTED], title=self.kind)
        for number, (place, cells, is_suggested) in enumerate(passages, 1):
            dataset.append([number, *(cells.get(column) for column in COLUMNS), place, is_suggested])
        return dataset


class Word(Document):
    kind = "docx"
    content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Pdf(Document):
    kind = "pdf"
    content_type = "application/pdf"
