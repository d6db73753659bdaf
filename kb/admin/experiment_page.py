"""How the answers of an experiment do: figures with their uncertainty, a verdict, and what to do with it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.experiments import Figure, Line, Result, compare
from kb.models import Experiment
from kb.services.experiments import stop_experiment
from kb.services.gate import PublishBlocked
from kb.significance import LOOKS

CHANCE_TOLD_FROM = 0.0001  # below that the figure says nothing more


@dataclass(frozen=True)
class Cell:
    """One figure as the page shows it; the numbers of the bar are per cent of its width."""

    goal: str
    label: str
    figure: Figure
    is_deciding: bool
    is_guarded: bool

    @property
    def low(self) -> float:
        return round(self.figure.low * 100, 1)

    @property
    def span(self) -> float:
        return round((self.figure.high - self.figure.low) * 100, 1)

    @property
    def mark(self) -> float:
        return min(self.figure.percent or 0.0, 99.0)  # the mark itself is one wide

    @property
    def high(self) -> float:
        return round(self.figure.high * 100, 1)


def result_page(model_admin: ModelAdmin, request: HttpRequest, experiment: Experiment) -> HttpResponse:
    """Read the result; a POST ends the experiment, with or without a winner."""
    if not model_admin.has_view_permission(request, experiment):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request, experiment)
    result = compare(experiment, timezone.now())
    context = {
        **model_admin.admin_site.each_context(request),
        "title": experiment.entry.question,
        "experiment": experiment,
        "result": result,
        "rows": [(line, _cells(experiment, line), _lead(line)) for line in result.lines],
        "chance": _chance(result.verdict.p),
        "limit": _chance(result.verdict.limit),
        "steps": _steps(experiment, result),
        "looks": [round(look * 100 / LOOKS, 1) for look in range(1, LOOKS)],
        "may_decide": request.user.has_perm("kb.publish_entry"),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/experiment.html", context)


def _cells(experiment: Experiment, line: Line) -> list[Cell]:
    cells = [
        Cell(goal.value, str(goal.label), line.figures[goal], goal == experiment.goal, goal == experiment.guardrail)
        for goal in Experiment.Goal
    ]
    return sorted(cells, key=lambda cell: (not cell.is_deciding, not cell.is_guarded))


def _chance(p: float | None) -> str:
    if p is None:
        return ""
    return f"{p:.4f}" if p >= CHANCE_TOLD_FROM else _("below %(limit)s") % {"limit": CHANCE_TOLD_FROM}


@dataclass(frozen=True)
class Step:
    """One answer on its way through the looks of the test: counts of customers whose outcome is known."""

    label: str
    count: int
    size: int

    @property
    def percent(self) -> float:
        return min(100.0, round(self.count / self.size * 100, 1))


def _steps(experiment: Experiment, result: Result) -> list[Step]:
    totals = ((line.variant.label, line.figures[experiment.goal].share.total) for line in result.lines)
    return [Step(label, min(total, experiment.sample_size), experiment.sample_size) for label, total in totals]


def _lead(line: Line) -> str:
    """How much better than A, in points with the interval; empty for A itself and without figures."""
    if line.lead is None:
        return ""
    gap, low, high = (round(part * 100, 1) for part in line.lead)
    return _("%(gap)+.1f points against A (%(low)+.1f to %(high)+.1f)") % {"gap": gap, "low": low, "high": high}


def _decide(request: HttpRequest, experiment: Experiment) -> HttpResponse:
    assert isinstance(request.user, User)
    label: Any = request.POST.get("winner", "")
    winner = experiment.variants.filter(label=label).first() if label else None
    try:
        stop_experiment(experiment, by=request.user, winner=winner)
    except PublishBlocked:
        raise
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        done = _("Answer %(label)s is the standard now.") % {"label": label} if winner else _("The experiment ended.")
        messages.success(request, done)
    return redirect("admin:kb_experiment_change", experiment.pk)
