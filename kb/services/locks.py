"""The order in which whoever changes several things about entries takes them: so two never wait in a ring."""

from kb.models import Entry, PublishLock


def lock_entries(*ids: int) -> dict[int, Entry]:
    """These entries by number, nobody else's until the transaction ends; one that is gone is left out.

    First the turn to publish, which every change of published knowledge takes before it touches an entry, then the
    entries, the smaller number first. Call it before anything else of the transaction is written.
    """
    PublishLock.objects.select_for_update().get_or_create(pk=1)
    locked = Entry.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return {entry.pk: entry for entry in locked}
