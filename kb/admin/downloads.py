"""A table as a file that the browser saves."""

from django.http import HttpResponse
from tablib import Dataset

from kb.readers import EXPORT_FORMATS


def download(kind: str, dataset: Dataset, name: str) -> HttpResponse:
    """The table as xlsx or csv under this name, to which the ending is added."""
    file_format = EXPORT_FORMATS[kind]()
    response = HttpResponse(file_format.export_data(dataset), content_type=file_format.get_content_type())
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format.get_extension()}"'
    return response
