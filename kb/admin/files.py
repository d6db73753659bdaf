"""Knowledge as files to take away."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from kb.admin.downloads import download
from kb.models import Entry
from kb.resources import EntryExport


def export_response(kind: str, entries: QuerySet[Entry]) -> HttpResponse:
    """All given entries as a file with today's date in its name."""
    return download(kind, EntryExport().export(entries), f"knowledge-{timezone.localdate()}")
