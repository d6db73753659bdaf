"""Writes to decision trees: save the draft whole, publish it as a version, count who walked it."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.flow_checks import Problem, check_tree
from kb.flow_tree import Option, Step, Tree, config_for, split_keywords, tree_from_json, tree_to_json
from kb.models import Entry, Flow, FlowOption, FlowRun, FlowStep, FlowVersion
from kb.models.entry import lines
from kb.services.entries import (
    archive_entries,
    find_same_question,
    has_only_samples,
    publish_entries,
    require_publisher,
    save_entry,
    unpublish_entries,
)
from kb.services.foresight import tried_ahead

Status = Flow.Status


class Unfit(Exception):
    """The tree cannot be published as it is; `problems` say what to mend."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message if problems else "")
        self.problems = problems


def tree_of(flow: Flow) -> Tree:
    """The draft as a tree."""
    steps = flow.steps.prefetch_related("options").order_by("position")
    return Tree(flow.name, tuple(_as_step(step) for step in steps))


@transaction.atomic
def save_flow(
    flow: Flow, tree: Tree, *, phrasings: Sequence[str] | None = None, by: User | None, seen: str = ""
) -> Flow:
    """Store a flow with all of its steps, whatever is unfinished about them; customers notice nothing.

    `phrasings` begin it once it is published, the first one as its standard question; None leaves them as they are.
    `seen` is `mark_of` the flow that the editor began with. Raises `ValidationError` when somebody else has saved it
    since, and when another entry has that question already.
    """
    if flow.pk:
        _refuse_unseen(flow, seen, by)
    flow.name = flow.name.strip()
    if phrasings is not None:
        flow.phrasings = "\n".join(line.strip() for line in phrasings if line.strip())
    _check_question(flow)
    if same := Flow.objects.filter(name=flow.name).exclude(pk=flow.pk).first():
        raise ValidationError({"name": _("Another tree is called “%(name)s”.") % {"name": same.name}})
    flow.updated_by = by
    flow.is_sample = flow.is_sample and by is None
    flow.save()
    flow.steps.all().delete()
    rows = FlowStep.objects.bulk_create(_as_row(flow, place, step) for place, step in enumerate(tree.steps, start=1))
    FlowOption.objects.bulk_create(
        _as_option_row(row, place, option)
        for row, step in zip(rows, tree.steps, strict=True)
        for place, option in enumerate(step.options, start=1)
    )
    return flow


def mark_of(flow: Flow) -> str:
    """Changes whenever somebody saves, publishes or withdraws the flow."""
    return flow.updated_at.isoformat() if flow.pk else ""


def _refuse_unseen(flow: Flow, seen: str, by: User | None) -> None:
    """The steps are stored whole: who saved later would take back what a colleague has just written."""
    stored = Flow.objects.select_for_update(of=("self",)).select_related("updated_by").get(pk=flow.pk)
    if seen and seen != mark_of(stored) and stored.updated_by != by:
        who = stored.updated_by.public_name if stored.updated_by else _("Somebody")
        text = _("%(name)s has saved this tree meanwhile. Look at it in another window; saving again replaces it.")
        raise ValidationError(text % {"name": who})
    flow.status, flow.live_id, flow.entry_id = stored.status, stored.live_id, stored.entry_id


@tried_ahead
@transaction.atomic
def publish_flow(flow: Flow, *, by: User | None) -> FlowVersion:
    """Let customers walk the draft as it is now. Who is under way comes to the end of the version it began with.

    Raises `Unfit` with all that is to be mended first, `PermissionDenied` for who may not publish.
    """
    require_publisher(by)
    flow = Flow.objects.select_for_update().get(pk=flow.pk)
    tree = tree_of(flow)
    if problems := check_tree(tree):
        raise Unfit(problems)
    number = (flow.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = FlowVersion.objects.create(flow=flow, number=number, tree=tree_to_json(tree), published_by=by)
    flow.live, flow.status, flow.updated_by = version, Status.PUBLISHED, by
    flow.is_sample = flow.is_sample and by is None
    flow.save(update_fields=["live", "status", "updated_by", "is_sample", "updated_at"])
    _save_entry(flow, tree, by)
    if by is not None:  # what a person stands for stays when the other samples step aside
        Entry.objects.filter(flow=flow, is_sample=True, updated_by=None).update(updated_by=by)
    return version


@tried_ahead
@transaction.atomic
def withdraw_flow(flow: Flow, *, by: User | None, status: Status = Status.ARCHIVED) -> None:
    """No new walk begins; who is under way comes to its end. `status` is what the flow becomes."""
    require_publisher(by)
    Flow.objects.filter(pk=flow.pk).update(status=status, updated_by=by, updated_at=timezone.now())
    flow.refresh_from_db()
    _set_entry_status(flow, Entry.Status.ARCHIVED if status == Status.ARCHIVED else Entry.Status.DRAFT, by)


@tried_ahead
@transaction.atomic
def delete_flows(flows: Iterable[Flow], *, by: User | None) -> int:
    """Remove flows for good, with their own entries. Who is under way loses the walk and is answered as usual."""
    require_publisher(by)
    count = 0
    for flow in flows:
        _set_entry_status(flow, Entry.Status.ARCHIVED, by)
        flow.delete()
        count += 1
    return count


def tree_of_version(version_id: int) -> Tree:
    """A published tree."""
    return tree_from_json(FlowVersion.objects.values_list("tree", flat=True).get(pk=version_id))


def flow_of_entry(entry_id: int | None) -> Flow | None:
    """The published flow that an entry begins."""
    if entry_id is None:
        return None
    return Flow.objects.published().filter(entries=entry_id).first()


def flow_of_intent(intent: str) -> Flow | None:
    """The published flow for what a customer wants; a shipped one steps aside as shipped entries do."""
    if not intent:
        return None
    flow = Flow.objects.published().filter(intent=intent).order_by("is_sample", "pk").first()
    if flow is not None and flow.is_sample and Entry.objects.published().filter(is_sample=False).exists():
        return None
    return flow


def flow_of_token(token: str) -> Flow | None:
    """The published flow whose walk had this token."""
    runs = FlowRun.objects.filter(reference=token).values("flow_id")
    return Flow.objects.published().filter(pk__in=runs).select_related("entry").first()


# --- Who walked it --------------------------------------------------------------------------------


def begin_run(flow_id: int, version_id: int, *, reference: str) -> FlowRun:
    """A walk begins, in the caller's transaction; `reference` is its token."""
    return FlowRun.objects.create(reference=reference, flow_id=flow_id, version_id=version_id)


def end_run(run_id: int, outcome: FlowRun.Outcome, *, last_step: str = "") -> None:
    """A walk is over; only the first end counts."""
    FlowRun.objects.filter(pk=run_id, outcome=FlowRun.Outcome.RUNNING).update(
        outcome=outcome, last_step=last_step[:40], ended_at=timezone.now()
    )


# --- Rows -----------------------------------------------------------------------------------------


def _as_step(row: FlowStep) -> Step:
    options = tuple(
        Option(option.next, option.label, split_keywords(option.keywords), option.operator, option.value)
        for option in sorted(row.options.all(), key=lambda option: option.position)
    )
    config = config_for(row.kind, row.config)
    return Step(row.key, row.kind, row.text, row.next, config, options)  # type: ignore[arg-type]


def _as_row(flow: Flow, place: int, step: Step) -> FlowStep:
    config = dict(config_for(step.kind, step.config))
    return FlowStep(
        flow=flow, key=step.key, position=place, kind=step.kind, text=step.text.strip(), config=config, next=step.next
    )


def _as_option_row(row: FlowStep, place: int, option: Option) -> FlowOption:
    return FlowOption(
        step=row,
        position=place,
        label=option.label.strip()[:100],
        keywords="、".join(option.keywords)[:300],
        operator=option.operator,
        value=option.value.strip()[:100],
        next=option.next,
    )


def _check_question(flow: Flow) -> None:
    """Another entry with the standard question would leave customers with two meanings of one sentence."""
    first = next(iter(lines(flow.phrasings)), "")
    if first and (same := find_same_question(first, except_id=flow.entry_id)):
        text = _(
            "Another entry has the question “%(question)s”. Choose this tree there, or begin with another phrasing."
        )
        raise ValidationError({"phrasings": text % {"question": same.question}})


def _save_entry(flow: Flow, tree: Tree, by: User | None) -> None:
    """The flow's own entry: found like any other, and what agents are recommended to say."""
    phrasings = lines(flow.phrasings)
    if not phrasings:
        _set_entry_status(flow, Entry.Status.ARCHIVED, by)
        return
    entry = flow.entry or Entry(is_sample=has_only_samples())
    entry.question, entry.variants = phrasings[0], "\n".join(phrasings[1:])
    entry.answer = entry.answer or opening_of(tree)
    entry.category, entry.flow, entry.status = flow.category, flow, Entry.Status.PUBLISHED
    save_entry(entry, by=by)
    if flow.entry_id != entry.pk:
        flow.entry = entry
        flow.save(update_fields=["entry"])


def opening_of(tree: Tree) -> str:
    """What a customer reads first."""
    texts: list[str] = []
    step = tree.steps[0] if tree.steps else None
    while step is not None and step.text and len(texts) < 3:
        texts.append(step.text)
        step = tree.get(step.next) if step.kind == "say" else None
    return "\n".join(texts) or tree.name


def _set_entry_status(flow: Flow, status: Entry.Status, by: User | None) -> None:
    if flow.entry is not None:
        _MOVES[status]([flow.entry], by=by)


_MOVES = {
    Entry.Status.PUBLISHED: publish_entries,
    Entry.Status.ARCHIVED: archive_entries,
    Entry.Status.DRAFT: unpublish_entries,
}
