"""One test run: its results with filters, the comparison with another run, the file to download, once more."""

from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.models import User
from kb.admin.downloads import download
from kb.admin.gate_page import result_rows
from kb.admin.golden_pages import QuestionFileForm, file_page
from kb.golden_files import results_as_table
from kb.models import GoldenResult, GoldenRun
from kb.run_difference import differences
from kb.services.golden_runs import rerun, start_batch_run

ROWS_PER_PAGE = 50
RUNS_OFFERED = 20
SECONDS_BETWEEN_LOOKS = 2


def run_page(model_admin: ModelAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """The results, those asked for by `show`; while it runs, how far it is."""
    run = _run(model_admin, request, object_id)
    wanted = request.GET.get("show", "")
    results = run.results.exclude(outcome="").order_by("-is_blocking", "position")
    page = Paginator(_shown(results, wanted), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": run.heading,
        "opts": model_admin.opts,
        "run": run,
        "is_running": run.state == GoldenRun.State.RUNNING,
        "seconds": SECONDS_BETWEEN_LOOKS,
        "filters": _filters(run, wanted),
        "page": page,
        "rows": result_rows(page.object_list),
        "others": _other_runs(run),
        "may_run": request.user.has_perm("kb.add_goldenrun"),
    }
    return TemplateResponse(request, "admin/kb/golden_run.html", context)


def compare_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Which questions got another answer since another run."""
    run = _run(model_admin, request, str(pk))
    other = _run(model_admin, request, request.GET.get("with", ""))
    old, new = sorted((run, other), key=lambda one: (one.created_at, one.pk))
    if GoldenRun.State.RUNNING in (old.state, new.state):
        return redirect("admin:kb_goldenrun_change", new.pk)
    found = differences(result_rows(old.results.all()), result_rows(new.results.all()))
    page = Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("What is different"),
        "opts": model_admin.opts,
        "old": old,
        "new": new,
        "page": page,
        "counts": {kind: sum(one.kind == kind for one in found) for kind in ("worse", "changed", "better")},
    }
    return TemplateResponse(request, "admin/kb/run_difference.html", context)


def download_results(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that a run found, or what `show` leaves of it, as a workbook."""
    run = _run(model_admin, request, str(pk))
    rows = _shown(run.results.order_by("position"), request.GET.get("show", ""))
    return download("xlsx", results_as_table(rows), f"test-run-{run.pk}-{timezone.localtime(run.created_at):%Y%m%d}")


def rerun_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """The same questions once more."""
    run = _run(model_admin, request, str(pk))
    if request.method != "POST" or not request.user.has_perm("kb.add_goldenrun"):
        raise PermissionDenied
    return redirect("admin:kb_goldenrun_change", rerun(run, by=cast(User, request.user)).pk)


def batch_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """Upload a file of questions; they are asked in the background."""
    form = QuestionFileForm(request.POST or None, request.FILES or None)
    problems: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        problems = form.questions.problems
        if not problems:
            name = form.cleaned_data["file"].name
            run = start_batch_run(form.questions.cases, title=name, by=cast(User, request.user))
            return redirect("admin:kb_goldenrun_change", run.pk)
    return file_page(model_admin, request, form, title=_("Test a file of questions"), problems=problems, is_batch=True)


def _run(model_admin: ModelAdmin, request: HttpRequest, number: str) -> GoldenRun:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    run = GoldenRun.objects.select_related("by", "previous").filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


def _shown(results: QuerySet[GoldenResult], wanted: str) -> QuerySet[GoldenResult]:
    if wanted in GoldenResult.Outcome.values:
        return results.filter(outcome=wanted)
    return results.filter(verdict=wanted) if wanted in GoldenResult.Verdict.values else results


def _filters(run: GoldenRun, wanted: str) -> list[dict[str, Any]]:
    """Outcomes and verdicts that occur, each with its number."""
    choices = [(str(value), label, "outcome") for value, label in GoldenResult.Outcome.choices]
    choices += [(str(value), label, "verdict") for value, label in GoldenResult.Verdict.choices]
    names = {value: Count("pk", filter=Q(**{field: value})) for value, _label, field in choices}
    counts = run.results.aggregate(**{f"n_{value}": count for value, count in names.items()})
    found = [
        {"value": value, "label": label, "count": counts[f"n_{value}"], "is_chosen": value == wanted}
        for value, label, _field in choices
        if counts[f"n_{value}"]
    ]
    return [{"value": "", "label": _("All"), "count": run.results.count(), "is_chosen": not wanted}, *found]


def _other_runs(run: GoldenRun) -> list[GoldenRun]:
    """Those worth comparing with: of the same kind, the same file first."""
    if run.trigger == GoldenRun.Trigger.PUBLISH:
        return []
    found = GoldenRun.objects.finished().filter(trigger=run.trigger).exclude(pk=run.pk)[: RUNS_OFFERED * 3]
    return sorted(found, key=lambda other: other.heading != run.heading)[:RUNS_OFFERED]
