"""What the invented month did to the knowledge: proposals of agents, replies marked as wrong, an answer on trial."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from conversations.models import Message, Order, Rating, WrongReply
from conversations.services.knowledge_signals import question_of
from cs_platform.models import User
from cs_platform.roles import MANAGER
from kb.models import AnswerVariant, Entry, Experiment, Exposure, GapQuestion, Proposal
from kb.services.entries import delete_entries
from kb.services.experiments import ORDER_WITHIN, OUTCOME_WITHIN, variant_for
from kb.services.gaps import record_gap
from kb.services.proposals import propose_entry, return_entry
from reports.demo import scenes
from reports.demo.gaps import answers
from reports.demo.marks import MARK, customers, remember, remembered

TRIAL_QUESTION, TRIAL_ANSWER = scenes.TRIAL
TRIAL_DAYS = 20
WRONG_DAYS = 21
Status = Proposal.Status


def propose(now: datetime, agents: Sequence[User]) -> None:
    """One waits for the manager, one came back, two were published: the answers that the shop has written since."""
    boss = User.objects.filter(groups__name=MANAGER).order_by("pk").first()
    if not agents or boss is None or remembered(Proposal).exists():
        return
    with transaction.atomic():
        remember(*_published(agents, boss, now), *_in_review(agents, boss, now))


def _published(agents: Sequence[User], boss: User, now: datetime) -> list[Proposal]:
    rows = []
    for number, entry in enumerate(answers()):
        at = now - timedelta(days=15, hours=5 + number)
        proposal = Proposal.objects.create(
            entry=entry,
            question=entry.question,
            by=agents[number % len(agents)],
            status=Status.APPROVED,
            reviewed_by=boss,
            reviewed_at=at + timedelta(hours=4),
        )
        rows.append(_dated(proposal, at))
    return rows


def _in_review(agents: Sequence[User], boss: User, now: datetime) -> list[Proposal]:
    rows = []
    for number, idea in enumerate(scenes.IDEAS):
        if Entry.objects.filter(question=idea.question).exists():
            continue
        by, at = agents[(number + 1) % len(agents)], now - timedelta(days=3 * number, hours=7)
        proposal = propose_entry(question=idea.question, answer=idea.answer, by=by, note=idea.note)
        entry = proposal.entry
        assert entry is not None
        Entry.objects.filter(pk=entry.pk).update(external_id=f"{MARK}-idea-{number}")
        if idea.comment:
            return_entry(entry, comment=idea.comment, by=boss)
            Proposal.objects.filter(pk=proposal.pk).update(reviewed_at=at + timedelta(hours=3))
        rows.append(_dated(proposal, at))
    return rows


def _dated(proposal: Proposal, at: datetime) -> Proposal:
    Proposal.objects.filter(pk=proposal.pk).update(created_at=at)
    return proposal


def mark_wrong_replies(agents: Sequence[User]) -> None:
    """Some answers were not what the customer had asked: agents said so, and what is right."""
    # The few rows that there may be are looked at one by one: joined from the customers on, PostgreSQL once planned it
    # without statistics and was at it for minutes.
    marked = list(WrongReply.objects.values_list("message__conversation__customer", flat=True).distinct())
    if not agents or (marked and customers().filter(pk__in=marked).exists()):
        return
    rng = Random(WRONG_DAYS)
    replies = Message.objects.filter(conversation__customer__in=customers(), answers_seq__isnull=False)
    found = list(replies.filter(entry__isnull=False).order_by("-created_at")[:400])
    for message, right in zip(rng.sample(found, k=min(len(found), len(scenes.RIGHT))), scenes.RIGHT, strict=False):
        with transaction.atomic():
            at = message.created_at + timedelta(minutes=rng.uniform(5, 300))
            wrong = WrongReply.objects.create(message=message, right_answer=right, by=rng.choice(agents))
            WrongReply.objects.filter(pk=wrong.pk).update(created_at=at)
            record_gap(
                question_of(message),
                source=GapQuestion.Source.WRONG_REPLY,
                reference=f"{MARK}:wrong:{message.pk}",
                answer=right,
                conversation_id=message.conversation_id,
                entry_id=message.entry_id,
                asked_at=message.created_at,
            )


def try_answers(now: datetime) -> None:
    """An experiment that still runs: who asked got one of two answers, and what came of it is counted."""
    entry = Entry.objects.published().filter(question=TRIAL_QUESTION, experiments=None).first()
    if entry is None or remembered(Experiment).exists():
        return
    with transaction.atomic():
        experiment = Experiment.objects.create(
            entry=entry, status=Experiment.Status.RUNNING, started_at=now - timedelta(days=TRIAL_DAYS)
        )
        Experiment.objects.filter(pk=experiment.pk).update(created_at=now - timedelta(days=TRIAL_DAYS, hours=1))
        for label, text in (("A", entry.answer), ("B", TRIAL_ANSWER)):
            AnswerVariant.objects.create(experiment=experiment, label=label, answer=text)
        remember(experiment)
        _expose(experiment)


def _expose(experiment: Experiment) -> None:
    """Each customer's own answer, as the platform would have drawn it."""
    asked = Message.objects.filter(conversation__customer__in=customers(), entry=experiment.entry)
    shown: dict[int, Exposure] = {}
    for message in asked.filter(created_at__gt=experiment.started_at).select_related("conversation").order_by("pk"):
        conversation = message.conversation
        variant = variant_for(experiment.entry_id, conversation.customer_id)
        assert variant is not None  # it has just been started
        if message.sender == Message.Sender.AI:
            Message.objects.filter(pk=message.pk).update(text=variant.answer)
            shown.setdefault(conversation.customer_id, _exposure(variant, message))
    Exposure.objects.bulk_create(shown.values())


def _exposure(variant: AnswerVariant, message: Message) -> Exposure:
    at, conversation = message.created_at, message.conversation
    later = Message.objects.filter(conversation=conversation, created_at__gt=at, created_at__lte=at + OUTCOME_WITHIN)
    rating = Rating.objects.filter(
        conversation=conversation, created_at__gt=at, created_at__lte=at + OUTCOME_WITHIN
    ).first()
    paid = Order.objects.filter(customer_id=conversation.customer_id, paid_at__gt=at, paid_at__lte=at + ORDER_WITHIN)
    return Exposure(
        variant=variant,
        experiment_id=variant.experiment_id,
        customer_number=conversation.customer_id,
        conversation_number=conversation.pk,
        exposed_at=at,
        score=rating.score if rating else None,
        was_handed_over=later.filter(decision__decision__in=("handoff", "takeover")).exists(),
        has_ordered=paid.exists(),
    )


def forget_ideas() -> None:
    """Entries that only agents and managers of the demonstration have seen; what was published since stays."""
    ideas = Entry.objects.filter(external_id__startswith=f"{MARK}-idea-")
    delete_entries(ideas.exclude(status=Entry.Status.PUBLISHED))
    ideas.update(external_id=None)
