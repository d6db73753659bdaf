"""Agents propose knowledge, managers review it: draft → in review → published, or back with a comment."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.masking import hide_personal
from cs_platform.models import User
from kb.models import Category, Entry, EntryVersion, Gap, Proposal
from kb.services.entries import has_only_samples, require_publisher, save_entry
from kb.services.gaps import gap_key, link_entry


def propose_entry(
    *,
    question: str,
    answer: str,
    by: User,
    variants: Iterable[str] = (),
    category: Category | None = None,
    conversation_id: int | None = None,
    note: str = "",
) -> Proposal:
    """Store an entry that waits for review. Customers see nothing of it; a question that exists is refused."""
    question, answer = hide_personal(question.strip()), answer.strip()
    if not answer:
        raise ValidationError({"answer": _("Write the answer, too.")})
    entry = Entry(
        question=question,
        variants="\n".join(text.strip() for text in variants if text.strip()),
        answer=answer,
        category=category,
        status=Entry.Status.REVIEW,
        is_sample=has_only_samples(),
    )
    with transaction.atomic():
        save_entry(entry, by=by)
        _link_pending_gap(entry)
        return Proposal.objects.create(
            entry=entry, question=entry.question, by=by, conversation_number=conversation_id, note=note[:500]
        )


def submit_entry(entry: Entry, *, by: User, note: str = "") -> Proposal:
    """A draft goes to review; one that came back goes again, under the name of who proposed it first."""
    if entry.status != Entry.Status.DRAFT:
        raise ValidationError(_("Only a draft goes to review."))
    with transaction.atomic():
        entry.status = Entry.Status.REVIEW
        save_entry(entry, by=by)
        proposal, _created = Proposal.objects.update_or_create(
            entry=entry,
            defaults={
                "question": entry.question,
                "status": Proposal.Status.WAITING,
                "reviewed_by": None,
                "reviewed_at": None,
                **({"note": note[:500]} if note else {}),
            },
            create_defaults={"question": entry.question, "by": by, "note": note[:500]},
        )
    return proposal


def revise_proposal(proposal: Proposal, *, question: str, answer: str, by: User) -> Proposal:
    """Its author changes what came back, and hands it in again."""
    entry = proposal.entry
    if proposal.by_id != by.pk or entry is None or proposal.status != Proposal.Status.RETURNED:
        raise ValidationError(_("Only a proposal of your own that came back can be revised."))
    if not answer.strip():
        raise ValidationError({"answer": _("Write the answer, too.")})
    entry.question, entry.answer = hide_personal(question.strip()), answer.strip()
    return submit_entry(entry, by=by)


def return_entry(entry: Entry, *, comment: str, by: User) -> Entry:
    """A manager sends an entry in review back as a draft, and says why."""
    require_publisher(by)
    if not comment.strip():
        raise ValidationError({"comment": _("Say what to change.")})
    with transaction.atomic():
        entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
        if entry.status != Entry.Status.REVIEW:
            raise ValidationError(_("It is not in review any more."))
        entry.status = Entry.Status.DRAFT
        save_entry(entry, by=by, deed=EntryVersion.Deed.RETURNED, note=comment.strip())
        Proposal.objects.filter(entry=entry).update(
            status=Proposal.Status.RETURNED, comment=comment.strip(), reviewed_by=by, reviewed_at=timezone.now()
        )
    return entry


def _link_pending_gap(entry: Entry) -> None:
    """Customers asked exactly this in vain: the group is drafted now, and resolved when a manager publishes."""
    keys = {gap_key(text) for text in entry.phrasings}
    gap = Gap.objects.filter(questions__key__in=keys, entry__isnull=True).order_by("pk").first()
    if gap is not None:
        link_entry(gap, entry)
