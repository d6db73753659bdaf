"""The number that tells every process that what can be found has changed."""

from django.db.models import F

from kb.models import KnowledgeVersion

THE_ROW = 1


def bump_version() -> None:
    """Raise the number by one; call it inside the transaction of the change it announces."""
    rows = KnowledgeVersion.objects.filter(pk=THE_ROW)
    if not rows.update(number=F("number") + 1):
        KnowledgeVersion.objects.get_or_create(pk=THE_ROW)
        rows.update(number=F("number") + 1)


def current_version() -> int:
    """The number now; 0 before anything was ever published."""
    return KnowledgeVersion.objects.filter(pk=THE_ROW).values_list("number", flat=True).first() or 0
