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


@dataclass(frozen=True)
class Cell:
    """One figure as the page shows it; the numbers of the bar are per cent of its width."""

    goal: str
    label: str
    figure: Figure
    is_deciding: bool

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
        "rows": [(line, _cells(experiment, line)) for line in result.lines],
        "chance": _chance(result),
        "progress": _progress(experiment, result),
        "may_decide": request.user.has_perm("kb.publish_entry"),
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/kb/experiment.html", context)


def _cells(experiment: Experiment, line: Line) -> list[Cell]:
    cells = [Cell(goal.value, str(goal.label), line.figures[goal], goal == experiment.goal) for goal in Experiment.Goal]
    return sorted(cells, key=lambda cell: not cell.is_deciding)


def _chance(result: Result) -> str:
    p = result.verdict.p
    return "" if p is None else "< 0.0001" if p < 0.0001 else f"{p:.4f}"


def _progress(experiment: Experiment, result: Result) -> list[tuple[str, int]]:
    return [(line.variant.label, line.figures[experiment.goal].share.total) for line in result.lines]


def _decide(request: HttpRequest, experiment: Experiment) -> HttpResponse:
    assert isinstance(request.user, User)
    label: Any = request.POST.get("winner", "")
    winner = experiment.variants.filter(label=label).first() if label else None
    try:
        stop_experiment(experiment, by=request.user, winner=winner)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        done = _("Answer %(label)s is the standard now.") % {"label": label} if winner else _("The experiment ended.")
        messages.success(request, done)
    return redirect("admin:kb_experiment_change", experiment.pk)
