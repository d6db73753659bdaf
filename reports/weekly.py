"""The weekly report: written once a week, shown as tables, mailed once to each subscriber."""

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cs_platform.jobs import enqueue
from reports import exports
from reports.figures import FIGURES
from reports.gaps import Content, describe_week, week_key, week_of
from reports.links import episodes_url
from reports.models import Mailing, Subscriber, WeeklyReport
from reports.scope import Scope
from reports.tables import Cell, Column, Table, write

logger = logging.getLogger(__name__)

CLAIM_SECONDS = 600
MAILED_WITHIN = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, and where."""

    text: str
    url: str


def write_weekly_report(now: datetime | None = None) -> WeeklyReport:
    """The report of the last complete week; the one that exists already, if it does. Also mails it."""
    now = now or timezone.now()
    start, end = week_of(timezone.localtime(now).date() - timedelta(days=7))
    report = write_report(start, end, now)
    enqueue(mail_reports)
    return report


def write_report(start: date, end: date, now: datetime) -> WeeklyReport:
    """Exactly one row a week, whoever writes it first."""
    key = week_key(start)
    if known := WeeklyReport.objects.filter(week=key).first():
        return known
    content = describe_week(start, now)
    try:
        with transaction.atomic():
            return WeeklyReport.objects.create(week=key, start=start, end=end, content=content)
    except IntegrityError:  # another worker was first
        return WeeklyReport.objects.get(week=key)


def content_of(start: date, now: datetime) -> Content:
    """What was written for this week, else how it looks now."""
    report = WeeklyReport.objects.filter(start=start).first()
    return report.content if report else describe_week(start, now)


def make_tables(scope: Scope, now: datetime) -> list[Table]:
    """The sections of the week in which the scope ends."""
    start, end = week_of(scope.end)
    return tables_of(content_of(start, now), start, end)


def tables_of(content: Content, start: date, end: date) -> list[Table]:
    week = Scope(start, end)
    return [
        _summary_table(content, week),
        _gap_table(content),
        _lift_table(content),
        _scene_table(content, week),
        _rating_table(content),
    ]


def actions_of(content: Content) -> list[Action]:
    """The suggested actions in words, each with the page where it is done."""
    return [_action(one) for one in content["actions"]]


def mail_reports() -> int:
    """Send the newest report to every subscriber who has not got it; returns how many mails were sent."""
    report = WeeklyReport.objects.filter(created_at__gte=timezone.now() - MAILED_WITHIN).order_by("-start").first()
    if report is None or not settings.EMAIL_URL:
        return 0
    return sum(_mail(report, subscriber) for subscriber in Subscriber.objects.filter(is_active=True))


def _mail(report: WeeklyReport, subscriber: Subscriber) -> bool:
    mailing = _claim(report, subscriber)
    if mailing is None:
        return False
    try:
        _message(report, subscriber.email).send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        logger.warning("the weekly report could not be mailed: %s", type(error).__name__)
        mailing.error = f"{type(error).__name__}: {error}"[:300]
        mailing.save(update_fields=["error"])
        return False
    mailing.sent_at, mailing.error = timezone.now(), ""
    mailing.save(update_fields=["sent_at", "error"])
    return True


def _claim(report: WeeklyReport, subscriber: Subscriber) -> Mailing | None:
    """The right to send this one: of many workers one gets it; who died with it loses it after a while."""
    mailing, is_new = Mailing.objects.get_or_create(report=report, subscriber=subscriber)
    if is_new:
        return mailing
    now = timezone.now()
    lost = Q(claimed_at__lt=now - timedelta(seconds=CLAIM_SECONDS)) | ~Q(error="")
    taken = Mailing.objects.filter(lost, pk=mailing.pk, sent_at__isnull=True, claimed_at=mailing.claimed_at)
    return mailing if taken.update(claimed_at=now, error="") else None


def _message(report: WeeklyReport, address: str) -> EmailMessage:
    content = report.content
    lines = [_("AI gaps, %(start)s to %(end)s") % {"start": report.start, "end": report.end}, ""]
    for table in (_summary_table(content, None), _gap_table(content), _lift_table(content)):
        lines += [str(table.title), *(" · ".join(cell.text for cell in row) for row in table.rows), ""]
    lines += [_("What to do now"), *(f"- {action.text}" for action in actions_of(content))]
    message = EmailMessage(_("Weekly report: what the AI lacks (%(week)s)") % {"week": report.week}, "\n".join(lines))
    message.to = [address]
    workbook = exports.workbook([(str(table.title), exports.lines_of(table)) for table in _all(report)])
    message.attach(f"{report.week}.xlsx", workbook, exports.TYPES["xlsx"])
    return message


def _all(report: WeeklyReport) -> Sequence[Table]:
    return make_tables(Scope(report.start, report.end), timezone.now())


def _action(one: Content) -> Action:
    kind, count = one["kind"], one["count"]
    values = {"text": one["text"], "count": count}
    if kind == "answer":
        text = ngettext(
            "Write the answer to “%(text)s”: asked %(count)s time in vain.",
            "Write the answer to “%(text)s”: asked %(count)s times in vain.",
            count,
        )
        return Action(text % values, reverse("admin:kb_gap_change", args=[one["gap"]]))
    if kind == "review":
        text = _("Review and publish the draft for “%(text)s”.")
        return Action(text % values, reverse("admin:kb_gap_change", args=[one["gap"]]))
    if kind == "improve":
        text = _("Look through the %(count)s entries of “%(text)s”: too many of its conversations are not solved.")
        return Action(text % values, f"{reverse('admin:kb_entry_changelist')}?category__id__exact={one['category']}")
    if kind == "staff":
        text = ngettext(
            "%(count)s customer left the queue before anybody came: see at which hours people are missing.",
            "%(count)s customers left the queue before anybody came: see at which hours people are missing.",
            count,
        )
        return Action(text % values, reverse("reports:takeovers"))
    text = ngettext("Follow up %(count)s bad rating.", "Follow up %(count)s bad ratings.", count)
    return Action(text % values, f"{reverse('admin:conversations_rating_changelist')}?score__lte=2")


def _summary_table(content: Content, week: Scope | None) -> Table:
    lines = []
    for one in content["summary"]:
        figure = FIGURES.get(one["figure"])
        if figure:
            url = episodes_url(week, figure=figure.key) if week else ""
            lines.append([figure.label, Cell(one["count"], url), one["before"]])
    return Table(
        "summary", _("The week"), [Column(_("Figure"), "text"), Column(_("This week")), Column(_("Week before"))], lines
    )


def _gap_table(content: Content) -> Table:
    return Table(
        "gaps",
        _("Frequent questions without an answer"),
        [
            Column(_("Question"), "text"),
            Column(_("This week"), "count", _("How often it was asked and not answered well.")),
            Column(_("Week before")),
            Column(_("Category"), "text"),
        ],
        [
            [
                Cell(one["question"], reverse("admin:kb_gap_change", args=[one["gap"]])),
                one["count"],
                one["before"],
                one["category"] or "—",
            ]
            for one in content["gaps"]
        ],
        empty=_("Nothing was asked in vain this week."),
    )


def _lift_table(content: Content) -> Table:
    return Table(
        "lift",
        _("What the last repairs have brought"),
        [
            Column(_("Question"), "text"),
            Column(_("In vain, week before the repair")),
            Column(_("In vain, this week")),
            Column(_("Answered this week"), "count", _("Replies with the new entry.")),
            Column(_("Solved before"), "percent", _("Of the conversations in which it was asked.")),
            Column(_("Solved now"), "percent", _("Of the conversations in which the new entry answered.")),
        ],
        [
            [
                Cell(one["question"], reverse("admin:kb_entry_change", args=[one["entry"]])),
                one["missed_before"],
                one["missed_now"],
                one["answered_now"],
                one["solved_before"],
                one["solved_now"],
            ]
            for one in content["lift"]
        ],
        empty=_("Nothing was repaired in the two weeks before."),
    )


def _scene_table(content: Content, week: Scope) -> Table:
    return Table(
        "scenes",
        _("Where the AI fails too often"),
        [
            Column(_("Category"), "text"),
            Column(_("Conversations")),
            Column(_("Not solved")),
            Column(_("Handed over")),
            Column(_("Share"), "percent", _("Not solved or handed over; from 30 % and 5 conversations on.")),
        ],
        [
            [
                Cell(one["name"], f"{episodes_url(week, category=one['category'], figure='ai_cohort')}"),
                one["count"],
                Cell(one["unresolved"], episodes_url(week, category=one["category"], figure="unresolved")),
                Cell(one["called"], episodes_url(week, category=one["category"], figure="called")),
                one["share"],
            ]
            for one in content["scenes"]
        ],
        empty=_("No category stands out this week."),
    )


def _rating_table(content: Content) -> Table:
    return Table(
        "ratings",
        _("Bad ratings"),
        [Column(_("Comment"), "text"), Column(_("Score")), Column(_("Time"), "text")],
        [
            [
                Cell(
                    one["comment"] or _("No comment"),
                    reverse("admin:conversations_conversation_change", args=[one["conversation"]]),
                ),
                one["score"],
                write(parse_datetime(one["at"]), "text"),
            ]
            for one in content["ratings"]
        ],
        empty=_("No rating of 1 or 2 stars this week."),
    )
