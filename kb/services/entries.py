"""Writes to the knowledge base. Every write that changes what can be found bumps the version and has it encoded."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.jobs import enqueue
from cs_platform.models import User
from cs_platform.text import normalise
from kb import jobs
from kb.entry_checks import check_entry, tidy_entry
from kb.models import Category, Entry, EntryVersion, Product, Proposal
from kb.run_titles import RunTitle
from kb.scope import EVERYBODY, Applicability
from kb.services.foresight import tried_ahead
from kb.services.gap_status import follow_entries, leave_entries
from kb.services.gate import PublishBlocked, guarded
from kb.services.history import (
    Change,
    StaleEntry,
    next_number,
    products_of,
    restore,
    take_snapshot,
    write_versions,
)
from kb.version import bump_version

_NAMED = 3  # of the entries that are changed together


def question_key(question: str) -> str:
    """Two questions with the same key are the same question."""
    return hashlib.sha256(normalise(question).encode()).hexdigest()


def scope_key(applies: Applicability) -> str:
    """Two entries with one question differ in this: empty for everybody and always."""
    if applies == EVERYBODY:
        return ""
    bounds = (applies.valid_from, applies.valid_until)
    period = [moment.astimezone(UTC).isoformat() if moment else "" for moment in bounds]
    whom = [sorted(applies.channels), sorted(applies.products), sorted(applies.stages)]
    return hashlib.sha256(json.dumps([period, whom]).encode()).hexdigest()


def find_same_question(
    question: str, *, except_id: int | None = None, applies: Applicability = EVERYBODY
) -> Entry | None:
    """Another entry that already has this standard question, for the same customers and period."""
    same = Entry.objects.filter(question_key=question_key(question), scope_key=scope_key(applies))
    return (same if except_id is None else same.exclude(pk=except_id)).first()


@tried_ahead
def save_entry(
    entry: Entry,
    *,
    by: User | None,
    is_approved: bool = False,
    products: Iterable[Product] | None = None,
    deed: str = "",
    note: str = "",
) -> Entry:
    """Store a new or changed entry as its next version; refuse a question that another has for the same customers.

    A published one is stored for who may publish only; `is_approved` says that the caller has seen to that.
    `products` are those it is restricted to; None leaves them as they are. Raises `StaleEntry` when somebody else
    stored another version since this one was read.
    """
    product_ids = product_ids_of(entry) if products is None else [product.pk for product in products]
    applies = _prepare(entry, product_ids, by, is_approved=is_approved)
    number = entry.version
    try:
        with guarded(by=by, what=RunTitle(entry.question), is_idle=not _touches_customers(entry)):
            _store(entry, product_ids, by=by, deed=deed, note=note)
            _follow([entry.pk], entry.status, by)
            announce_change()
    except PublishBlocked:
        entry.version = number
        raise
    except IntegrityError as error:  # somebody else stored it between the look and the write
        entry.version = number
        if same := find_same_question(entry.question, except_id=entry.pk, applies=applies):
            raise ValidationError({"question": same_question_text(same)}) from error
        raise
    except Exception:  # nothing was stored, so the next try begins with the version that was read
        entry.version = number
        raise
    return entry


def revert_entry(entry: Entry, version: EntryVersion, *, by: User | None) -> Entry:
    """Give an entry the text and scope of an earlier version again. Its state stays; what was said since is kept."""
    if version.entry_id != entry.pk:
        raise ValidationError(_("That version belongs to another entry."))
    restore(entry, version.snapshot)
    if not Category.objects.filter(pk=entry.category_id or 0).exists():
        entry.category_id = None
    if not User.objects.filter(pk=entry.owner_id or 0).exists():
        entry.owner_id = None
    products = Product.objects.filter(pk__in=version.snapshot["products"])
    if version.snapshot["products"] and not products:
        raise ValidationError(_("The products it was for are gone, so it would answer everybody."))
    note = _("as in version %(number)s") % {"number": version.number}
    return save_entry(entry, by=by, products=products, deed=EntryVersion.Deed.REVERTED, note=note)


def product_ids_of(entry: Entry) -> list[int]:
    """The products that a stored entry is restricted to."""
    return list(entry.products.values_list("pk", flat=True)) if entry.pk else []


def publish_entries(entries: Iterable[Entry], *, by: User | None) -> int:
    """Make entries answer customers from now on; returns how many were not published before.

    One without an answer stays as it is. Only who may publish does this; None is the platform itself.
    """
    require_publisher(by)
    return _set_status(entries, Entry.Status.PUBLISHED, by=by)


def archive_entries(entries: Iterable[Entry], *, by: User | None) -> int:
    """Stop entries from answering, but keep them."""
    require_publisher(by)
    return _set_status(entries, Entry.Status.ARCHIVED, by=by)


def unpublish_entries(entries: Iterable[Entry], *, by: User | None) -> int:
    """Turn entries back into drafts."""
    require_publisher(by)
    return _set_status(entries, Entry.Status.DRAFT, by=by)


@tried_ahead
def adopt_entries(entries: Iterable[Entry], *, by: User | None) -> int:
    """Make sample entries the shop's own, so that they stay when the other samples step aside."""
    with guarded(by=by, what=RunTitle(deed="samples_kept")):
        changed = Entry.objects.filter(pk__in=_ids(entries), is_sample=True).update(
            is_sample=False, updated_by=by, updated_at=timezone.now()
        )
        if changed:
            announce_change()
    return changed


@tried_ahead
def delete_entries(entries: Iterable[Entry], *, by: User | None = None) -> int:
    """Remove entries for good; messages that quoted them keep their text."""
    ids, what = _ids_and_title(entries, "deleted")
    with guarded(by=by, what=what):
        leave_entries(ids)
        removed = Entry.objects.filter(pk__in=ids).delete()[1].get(Entry._meta.label, 0)
        if removed:
            announce_change()
    return removed


def has_only_samples() -> bool:
    """Whether the shop is still being tried out: what is written now joins the samples instead of replacing them."""
    return Entry.objects.filter(is_sample=True).exists() and not Entry.objects.filter(is_sample=False).exists()


def require_publisher(by: User | None) -> None:
    """Refuse who may not decide what customers are told."""
    if by is not None and not by.has_perm("kb.publish_entry"):
        raise PermissionDenied(_("Only managers publish knowledge."))


def announce_change() -> None:
    """Tell every process that what can be found has changed, and have new texts encoded after the commit."""
    bump_version()
    enqueue(jobs.encode_missing, lane="batch")


def same_question_text(entry: Entry) -> str:
    return _("Another entry already has this question: “%(question)s” (%(status)s). Add the wording there instead.") % {
        "question": entry.question,
        "status": entry.get_status_display(),
    }


def _prepare(entry: Entry, product_ids: Iterable[int], by: User | None, *, is_approved: bool) -> Applicability:
    """Fill in what follows from the rest, and refuse what cannot be stored."""
    tidy_entry(entry)
    entry.question = entry.question.strip()
    if not entry.question:
        raise ValidationError({"question": _("A customer question is needed.")})
    entry.question_key = question_key(entry.question)
    entry.external_id = entry.external_id or None
    entry.updated_by = by
    check_entry(entry)
    applies = entry.applies_to(product_ids)
    entry.scope_key = scope_key(applies)
    if entry.status == Entry.Status.PUBLISHED:
        if not is_approved:
            require_publisher(by)
        if not entry.answer.strip():
            raise ValidationError({"answer": _("Without an answer it cannot be published.")})
    if same := find_same_question(entry.question, except_id=entry.pk, applies=applies):
        raise ValidationError({"question": same_question_text(same)})
    return applies


def _store(entry: Entry, product_ids: Sequence[int], *, by: User | None, deed: str, note: str) -> None:
    """Write the row and its version. The lock and the number make two savers of one version one too many."""
    stored = Entry.objects.select_for_update(of=("self",)).filter(pk=entry.pk).first() if entry.pk else None
    if stored is not None and stored.version != entry.version:
        raise StaleEntry
    before = take_snapshot(stored, product_ids_of(stored)) if stored else None
    after = take_snapshot(entry, product_ids)
    is_changed = before != after
    if is_changed:
        entry.version = next_number(entry, before)
    entry.save()
    if before is None or before["products"] != after["products"]:
        entry.products.set(product_ids)
    if is_changed:
        change = Change(entry, before, after, *((stored.updated_by, stored.updated_at) if stored else ()))
        write_versions([change], by=by, deed=deed, note=note)


@tried_ahead
def _set_status(entries: Iterable[Entry], status: Entry.Status, *, by: User | None) -> int:
    ids, what = _ids_and_title(entries, status.value)
    with guarded(by=by, what=what):
        rows = Entry.objects.select_for_update(of=("self",)).filter(pk__in=ids).exclude(status=status).order_by("pk")
        if status == Entry.Status.PUBLISHED:
            rows = rows.exclude(answer="")
        moved = list(rows)
        if moved:
            _move(moved, status, by)
            _follow([entry.pk for entry in moved], status, by)
            announce_change()
    return len(moved)


def _move(entries: Sequence[Entry], status: Entry.Status, by: User | None) -> None:
    products, now, changes = products_of(entries), timezone.now(), []
    for entry in entries:
        before, origin = take_snapshot(entry, products[entry.pk]), (entry.updated_by, entry.updated_at)
        entry.status, entry.updated_by, entry.updated_at = status, by, now
        entry.version = next_number(entry, before)
        changes.append(Change(entry, before, {**before, "status": status.value}, *origin))
    Entry.objects.bulk_update(entries, ["status", "updated_by", "updated_at", "version"], batch_size=500)
    write_versions(changes, by=by)


def _follow(ids: Sequence[int], status: str, by: User | None) -> None:
    """What hangs on an entry moves with it: the pending knowledge it was written for, and its proposal."""
    follow_entries(ids, status)
    if status == Entry.Status.PUBLISHED:
        approved = Proposal.objects.filter(entry_id__in=ids).exclude(status=Proposal.Status.APPROVED)
        approved.update(status=Proposal.Status.APPROVED, reviewed_by=by, reviewed_at=timezone.now())


def _touches_customers(entry: Entry) -> bool:
    """Whether customers are told this entry now, or will be once it is stored."""
    is_published = entry.status == Entry.Status.PUBLISHED
    return is_published or (entry.pk is not None and Entry.objects.published().filter(pk=entry.pk).exists())


def _ids(entries: Iterable[Entry]) -> Sequence[int]:
    return [entry.pk for entry in entries]


def _ids_and_title(entries: Iterable[Entry], deed: str) -> tuple[Sequence[int], RunTitle]:
    """The entries, and what is done to them."""
    known = list(entries)
    names = ", ".join(f"“{entry.question}”" for entry in known[:_NAMED])
    return _ids(known), RunTitle(names + (f" … ({len(known)})" if len(known) > _NAMED else ""), deed)
