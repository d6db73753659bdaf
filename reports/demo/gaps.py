"""The questions that the demo shop could not answer, as pending knowledge; two of them have been answered since."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery

from conversations.models import Message, Rating
from conversations.services.knowledge_signals import LOW_SCORE, question_of, rated_reply
from kb.models import Entry, Gap, GapQuestion
from kb.services.entries import delete_entries, find_same_question, save_entry
from kb.services.gap_groups import recount
from kb.services.gaps import record_gap
from reports.demo.course import FIXED_DAYS_AGO
from reports.demo.marks import MARK, customers
from reports.demo.scenes import MISSED_ONCE, MISSED_STILL
from reports.demo.story import Known

ANSWERS = {
    MISSED_ONCE[0]: "可以的。下单时选“企业发票”并填写抬头和税号，电子专票在确认收货后 3 个工作日内发到你的邮箱。",
    MISSED_ONCE[1]: "目前不支持货到付款，可以用微信、支付宝或银行卡在线支付；收到货不满意，7 天内都可以退。",
}


def record_gaps(now: datetime) -> Iterator[int]:
    """Keep every miss and every bad rating of the invented conversations, one after the other."""
    wanted = {*MISSED_ONCE, *MISSED_STILL}
    for number, (pk, question, conversation_id, at) in enumerate(_misses(), start=1):
        if question in wanted:
            record_gap(
                question,
                source=GapQuestion.Source.MISS,
                reference=f"{MARK}:{pk}",
                conversation_id=conversation_id,
                asked_at=at,
            )
            yield number
    yield from _record_bad_ratings()
    _resolve(now - timedelta(days=FIXED_DAYS_AGO))


def _misses() -> list[tuple[int, str, int, datetime]]:
    asked = Message.objects.filter(conversation=OuterRef("conversation"), seq=OuterRef("answers_seq"))
    misses = Message.objects.filter(conversation__customer__in=customers(), decision__decision="unknown")
    rows = misses.annotate(question=Subquery(asked.values("text")[:1])).order_by("created_at")
    return list(rows.values_list("pk", "question", "conversation_id", "created_at"))


def _record_bad_ratings() -> Iterator[int]:
    """A customer was not satisfied with the AI: its last answer before that is in doubt."""
    ratings = Rating.objects.filter(conversation__customer__in=customers(), score__lte=LOW_SCORE)
    for number, rating in enumerate(ratings.order_by("created_at"), start=1):
        reply = rated_reply(rating, until=rating.created_at)
        if reply is not None:
            record_gap(
                question_of(reply),
                source=GapQuestion.Source.LOW_RATING,
                reference=f"{MARK}:rating:{rating.pk}",
                conversation_id=rating.conversation_id,
                entry_id=reply.entry_id,
                asked_at=rating.created_at,
            )
            yield number


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
    delete_entries(answers())


def answers() -> list[Entry]:
    """The entries that were written for what had been missing."""
    names = [f"{MARK}-{number}" for number in range(1, len(ANSWERS) + 1)]
    return list(Entry.objects.filter(external_id__in=names).order_by("pk"))


def write_answers() -> list[Known]:
    """The knowledge that was missing once: entries of their own, which the later stories are answered with."""
    known = []
    for number, (question, answer) in enumerate(ANSWERS.items(), start=1):
        name = f"{MARK}-{number}"
        entry = Entry.objects.filter(external_id=name).first() or find_same_question(f"{question}？")
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
