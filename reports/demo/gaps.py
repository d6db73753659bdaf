"""The questions that the demo shop could not answer, as pending knowledge; two of them have been answered since."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from conversations.models import Message
from kb.models import Entry, Gap, GapQuestion
from kb.services.entries import delete_entries, save_entry
from kb.services.gap_groups import recount
from kb.services.gaps import record_gap
from reports.demo.course import FIXED_DAYS_AGO, Known
from reports.demo.rows import MARK
from reports.demo.scenes import MISSED_ONCE, MISSED_STILL

ANSWERS = {
    MISSED_ONCE[0]: "可以的。下单时选“企业发票”并填写抬头和税号，电子专票在确认收货后 3 个工作日内发到你的邮箱。",
    MISSED_ONCE[1]: "目前不支持货到付款，可以用微信、支付宝或银行卡在线支付；收到货不满意，7 天内都可以退。",
}


def record_gaps(now: datetime) -> int:
    """Keep every miss of the invented conversations; returns how many."""
    asked = Message.objects.filter(conversation=OuterRef("conversation"), seq=OuterRef("answers_seq"))
    misses = (
        Message.objects.filter(
            conversation__customer__identities__external_id__startswith=f"{MARK}-", decision__decision="unknown"
        )
        .annotate(question=Subquery(asked.values("text")[:1]))
        .order_by("created_at")
    )
    wanted = {*MISSED_ONCE, *MISSED_STILL}
    found = [row for row in misses.values_list("pk", "question", "conversation_id", "created_at") if row[1] in wanted]
    for pk, question, conversation_id, at in found:
        record_gap(
            question,
            source=GapQuestion.Source.MISS,
            reference=f"{MARK}:{pk}",
            conversation_id=conversation_id,
            asked_at=at,
        )
    _resolve(now - timedelta(days=FIXED_DAYS_AGO))
    return len(found)


def remove_gaps() -> None:
    """Take the questions and the answers away; groups with questions of real customers stay."""
    asked = GapQuestion.objects.filter(reference__startswith=f"{MARK}:")
    groups = set(asked.values_list("gap_id", flat=True))
    asked.delete()
    for gap in Gap.objects.filter(pk__in=groups):
        if gap.questions.exists():
            recount(gap)
        else:
            gap.delete()
    delete_entries(Entry.objects.filter(external_id__startswith=f"{MARK}-"))


def write_answers() -> list[Known]:
    """The knowledge that was missing once: entries of their own, which the later stories are answered with."""
    known = []
    for number, (question, answer) in enumerate(ANSWERS.items(), start=1):
        name = f"{MARK}-{number}"
        entry = Entry.objects.filter(external_id=name).first()
        if entry is None:
            fresh = Entry(question=f"{question}？", answer=answer, external_id=name, is_sample=True)
            fresh.status = Entry.Status.PUBLISHED
            entry = save_entry(fresh, by=None)
        known.append(Known(entry.pk, entry.phrasings, entry.answer))
    return known


def _resolve(at: datetime) -> None:
    for number, question in enumerate(ANSWERS, start=1):
        entry = Entry.objects.filter(external_id=f"{MARK}-{number}").first()
        gaps = Gap.objects.filter(questions__text=question, questions__reference__startswith=f"{MARK}:")
        Gap.objects.filter(pk__in=gaps.values("pk")).update(entry=entry, status=Gap.Status.RESOLVED, resolved_at=at)
