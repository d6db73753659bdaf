"""Runs of golden questions and of question files: stored line by line, worked off in the background."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from cs_platform.heartbeats import show_life
from cs_platform.jobs import enqueue, schedule_job
from cs_platform.models import User
from kb.golden_answers import ask_all, golden_cases, scope_of
from kb.models import Entry, GoldenResult, GoldenRun
from kb.models.golden import QUESTION_CHARACTERS_MAX
from kb.offers import facts_of_channel
from kb.rehearsal import Case, Expected, Line, Rehearsal, Told, compare, judge
from kb.run_titles import RunTitle
from kb.search import current_index
from kb.version import current_version

QUESTIONS_MAX = 2_000
RUNS_KEPT = 300  # of those that publishing makes by itself
_LINES_AT_ONCE = 40
_LINES_PER_TASK = 400  # far below the time after which a worker is killed

Verdict = GoldenResult.Verdict
Trigger = GoldenRun.Trigger


def keep_run(
    rehearsal: Rehearsal, *, what: RunTitle, by: User | None, state: str, version: int, reason: str = ""
) -> GoldenRun:
    """Store what a change makes of the golden questions; of what stays the same, only the number."""
    now = timezone.now()
    with transaction.atomic():
        run = GoldenRun.objects.create(
            trigger=Trigger.PUBLISH,
            title=what.subject[:200],
            deed=what.deed,
            state=state,
            by=by,
            reason=reason,
            total=len(rehearsal.lines),
            done=len(rehearsal.lines),
            improved=rehearsal.count("improved"),
            changed=rehearsal.count("changed"),
            worse=rehearsal.count("worse"),
            is_partial=rehearsal.is_partial,
            knowledge_version=version,
            finished_at=now,
        )
        rows = [_row_of_line(run, place, line) for place, line in enumerate(rehearsal.different, 1)]
        GoldenResult.objects.bulk_create(rows, batch_size=200)
    return run


def shown_results(rehearsal: Rehearsal) -> list[GoldenResult]:
    """What becomes different, as a page shows the results of a run; nothing is stored."""
    run = GoldenRun()
    return [_row_of_line(run, place, line) for place, line in enumerate(rehearsal.different, 1)]


def start_manual_run(*, by: User | None) -> GoldenRun:
    """Ask every golden question what it gets now, compared with the last such run."""
    previous = GoldenRun.objects.finished().filter(trigger=Trigger.MANUAL).first()
    return _start(golden_cases(), title=RunTitle(deed="all"), trigger=Trigger.MANUAL, by=by, previous=previous)


def start_batch_run(cases: Sequence[Case], *, title: str, by: User | None) -> GoldenRun:
    """Ask the questions of a file; with expectations where the file has them."""
    return _start(cases[:QUESTIONS_MAX], title=RunTitle(title), trigger=Trigger.BATCH, by=by, previous=None)


def rerun(run: GoldenRun, *, by: User | None) -> GoldenRun:
    """The same questions once more, to be compared with this run."""
    if run.trigger == Trigger.MANUAL:
        return start_manual_run(by=by)
    cases = [case_of_row(row) for row in run.results.order_by("position")]
    return _start(cases, title=RunTitle(run.title), trigger=Trigger.BATCH, by=by, previous=run)


def work_off(run_id: int) -> int:
    """Ask what is left of a run; returns how many questions. May run twice: the answers are the same."""
    run = GoldenRun.objects.filter(pk=run_id, state=GoldenRun.State.RUNNING).first()
    if run is None:
        return 0
    left = list(run.results.filter(outcome="").order_by("position")[:_LINES_PER_TASK])
    before = _results_by_question(run.previous)
    for start in range(0, len(left), _LINES_AT_ONCE):
        _ask_some(left[start : start + _LINES_AT_ONCE], before)
        GoldenRun.objects.filter(pk=run.pk).update(done=run.results.exclude(outcome="").count())
        show_life()
    if run.results.filter(outcome="").exists():
        enqueue(work_off, run.pk)
    else:
        _finish(run)
    return len(left)


def forget_old_runs(kept: int = RUNS_KEPT) -> int:
    """Keep the latest runs that publishing made; what was started by hand stays until somebody deletes it."""
    made_by_itself = GoldenRun.objects.filter(trigger=Trigger.PUBLISH)
    latest = made_by_itself.order_by("-created_at", "-pk").values_list("pk", flat=True)[:kept]
    return made_by_itself.exclude(pk__in=list(latest)).delete()[0]


def case_of_row(row: GoldenResult) -> Case:
    """The question of a result, to be asked again."""
    words = tuple(row.words.split("\n")) if row.words else ()
    channel = facts_of_channel(row.channel)
    return Case(
        question=row.question,
        expected=Expected(row.expectation, row.expected_entry, words),  # type: ignore[arg-type]
        expected_title=row.expected_title,
        is_blocking=False,
        golden_id=row.golden_id,
        scope=scope_of(row.channel, row.product, row.stage, channel),
        stance=channel.stance,
        asked_as=row.asked_as,
    )


def told_of_row(row: GoldenResult) -> Told:
    """What the customer got in a run."""
    offered = (row.expected_entry,) if row.outcome == "offered" and row.expected_entry else ()
    return Told(row.band, row.entry, row.title, row.text, offered, row.confidence)


def _start(
    cases: Sequence[Case], *, title: RunTitle, trigger: str, by: User | None, previous: GoldenRun | None
) -> GoldenRun:
    with transaction.atomic():
        run = GoldenRun.objects.create(
            trigger=trigger, title=title.subject[:200], deed=title.deed, by=by, previous=previous, total=len(cases)
        )
        rows = [_row_of_case(run, place, case) for place, case in enumerate(cases, 1)]
        GoldenResult.objects.bulk_create(rows, batch_size=500)
        enqueue(work_off, run.pk)
    return run


def _ask_some(rows: Sequence[GoldenResult], before: Mapping[tuple[object, ...], GoldenResult]) -> None:
    index = current_index()
    ids = [entry.id for entry in index.entries]
    handoffs = dict(Entry.objects.filter(pk__in=ids).exclude(handoff="").values_list("pk", "handoff"))
    cases = [case_of_row(row) for row in rows]
    for row, case, told in zip(rows, cases, ask_all(index, cases, handoffs), strict=True):
        _write_told(row, told)
        row.outcome = judge(case.expected, told)
        if (old := before.get(row.asked)) is not None:
            line = compare(case, told_of_row(old), told)
            _write_before(row, line.before)
            row.verdict, row.why = line.verdict, line.why
    GoldenResult.objects.bulk_update(rows, _ANSWERED)


_ANSWERED = (
    *("band", "entry", "title", "text", "confidence", "outcome", "verdict", "why"),
    *("before_band", "before_entry", "before_title", "before_text"),
)


def _finish(run: GoldenRun) -> None:
    counts = run.results.aggregate(
        **{name: Count("pk", filter=Q(verdict=name)) for name in ("improved", "changed", "worse")}
    )
    GoldenRun.objects.filter(pk=run.pk, state=GoldenRun.State.RUNNING).update(
        state=GoldenRun.State.DONE,
        done=run.total,
        finished_at=timezone.now(),
        knowledge_version=current_version(),
        **counts,
    )


def _results_by_question(run: GoldenRun | None) -> dict[tuple[object, ...], GoldenResult]:
    rows: Iterable[GoldenResult] = run.results.exclude(outcome="") if run else ()
    return {row.asked: row for row in rows}


def _row_of_case(run: GoldenRun, place: int, case: Case) -> GoldenResult:
    return GoldenResult(
        run=run,
        position=place,
        question=case.question[:QUESTION_CHARACTERS_MAX],
        golden_id=case.golden_id,
        channel=case.scope.channel,
        product=next(iter(case.scope.products), None),
        stage=case.scope.stage,
        asked_as=case.asked_as[:300],
        expectation=case.expected.kind,
        expected_entry=case.expected.entry_id,
        expected_title=case.expected_title[:500],
        words="\n".join(case.expected.words),
    )


def _row_of_line(run: GoldenRun, place: int, line: Line) -> GoldenResult:
    row = _row_of_case(run, place, line.case)
    _write_before(row, line.before)
    _write_told(row, line.after)
    row.outcome, row.verdict, row.why, row.is_blocking = line.outcome, line.verdict, line.why, line.is_blocking
    return row


def _write_told(row: GoldenResult, told: Told) -> None:
    row.band, row.entry, row.title, row.text = told.band, told.entry_id, told.title[:500], told.text
    row.confidence = told.confidence


def _write_before(row: GoldenResult, told: Told) -> None:
    row.before_band, row.before_entry = told.band, told.entry_id
    row.before_title, row.before_text = told.title[:500], told.text


schedule_job("forget old test runs", forget_old_runs, cron="53 3 * * *")
