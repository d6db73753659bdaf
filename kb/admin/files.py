"""Knowledge as files to take away."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from kb.models import Entry
from kb.readers import EXPORT_FORMATS
from kb.resources import EntryExport


def export_response(kind: str, entries: QuerySet[Entry]) -> HttpResponse:
    """All given entries as a file with today's date in its name."""
    file_format = EXPORT_FORMATS[kind]()
    content = file_format.export_data(EntryExport().export(entries))
    response = HttpResponse(content, content_type=file_format.get_content_type())
    name = f"knowledge-{timezone.localdate()}.{file_format.get_extension()}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
