"""The pages of reports in the back office: read the scope from the address, make the tables, show or export them."""

from datetime import date, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cs_platform.audit import record
from cs_platform.jobs import enqueue
from cs_platform.models import User
from reports import costs, exports, weekly
from reports.board import make_board
from reports.demo.history import has_demo, remove_demo
from reports.forms import AssumptionForm
from reports.gaps import week_key, week_of
from reports.home import figures_now
from reports.links import page_url
from reports.models import Subscriber, Watermark, WeeklyReport
from reports.pages import BOARD, COSTS, PAGES, WEEKLY, Page
from reports.scope import WEEKDAY, WEEKEND, Scope, read_scope
from reports.storing import EPISODES
from reports.topics import first_level
from routing.models import Channel

WEEKS_SHOWN = 8
PERMISSION = "reports.view_episode"
PERIODS = (1, 7, 30, 90)


def board_page(request: HttpRequest) -> HttpResponseBase:
    """The board. With `since` it answers only when something has changed: open boards ask every few seconds."""
    _refuse_strangers(request)
    now = timezone.now()
    stamp = _stamp(now)
    if request.GET.get("since") == stamp:
        return HttpResponse(status=204)
    scope = read_scope(request.GET, now, days=BOARD.days)
    board = make_board(scope, now)
    context = {"board": board, "tables": board.tables, "now": figures_now(now), "stamp": stamp, "has_demo": has_demo()}
    return _show(request, BOARD, scope, now, context)


def report_page(request: HttpRequest, name: str) -> HttpResponseBase:
    """A page that is tables and nothing else."""
    _refuse_strangers(request)
    page, now = PAGES[name], timezone.now()
    scope = read_scope(request.GET, now, days=page.days)
    return _show(request, page, scope, now, {"tables": page.tables(scope, now)})


def costs_page(request: HttpRequest) -> HttpResponseBase:
    """Cost benefit, with the form of its assumptions."""
    _refuse_strangers(request)
    form = AssumptionForm(request.POST or None, instance=costs.assumptions())
    if request.method == "POST":
        _refuse_strangers(request, "reports.change_costassumption")
        if form.is_valid():
            costs.change_assumptions(form.cleaned_data, by=cast(User, request.user))
            return redirect(request.get_full_path())
    now = timezone.now()
    scope = read_scope(request.GET, now, days=COSTS.days)
    context = {"tables": COSTS.tables(scope, now), "form": form, "lines": costs.explain(scope, now)}
    return _show(request, COSTS, scope, now, context)


def weekly_page(request: HttpRequest) -> HttpResponseBase:
    """The report of the week that was chosen, usually the last complete one; written for good by a POST."""
    _refuse_strangers(request)
    now = timezone.now()
    today = timezone.localtime(now).date()
    words = request.GET.dict() or {"end": f"{week_of(today - timedelta(days=7))[1]}"}
    start, end = week_of(read_scope(words, now).end)
    if request.method == "POST" and end < today:
        _refuse_strangers(request, "reports.add_subscriber")
        weekly.write_report(start, end, now)
        return redirect(request.get_full_path())
    scope, content = Scope(start, min(end, today)), weekly.content_of(start, now)
    context = {
        "tables": weekly.tables_of(content, start, end),
        "actions": weekly.actions_of(content),
        "weeks": [_week(today - timedelta(days=7 * ago), start, today) for ago in range(WEEKS_SHOWN)],
        "report": WeeklyReport.objects.filter(start=start).first(),
        "is_over": end < today,
        "subscribers": Subscriber.objects.filter(is_active=True).count(),
        "can_mail": bool(settings.EMAIL_URL),
    }
    return _show(request, WEEKLY, scope, now, context)


def remove_demo_history(request: HttpRequest) -> HttpResponseBase:
    """The button that takes every invented conversation away; a worker does it."""
    _refuse_strangers(request)
    if request.method == "POST":
        record("demo_removed", None, by=cast(User, request.user))
        enqueue(remove_demo)
        messages.success(request, _("The demo history is being removed; that takes a few seconds."))
    return redirect("reports:board")


def export_table(request: HttpRequest, name: str, table: str, kind: str) -> HttpResponseBase:
    """One table of a page as a file."""
    _refuse_strangers(request)
    if name not in PAGES or kind not in exports.TYPES:
        raise Http404
    now = timezone.now()
    scope = read_scope(request.GET, now, days=PAGES[name].days)
    found = next((one for one in PAGES[name].tables(scope, now) if one.key == table), None)
    if found is None:
        raise Http404
    return file_response(exports.lines_of(found), f"{name}-{table}-{scope.start}-{scope.end}", kind)


def export_week(request: HttpRequest) -> HttpResponseBase:
    """The whole weekly report as one workbook."""
    _refuse_strangers(request)
    now = timezone.now()
    scope = read_scope(request.GET, now)
    sheets = [(str(table.title), exports.lines_of(table)) for table in WEEKLY.tables(scope, now)]
    response = HttpResponse(exports.workbook(sheets), content_type=exports.TYPES["xlsx"])
    response["Content-Disposition"] = f'attachment; filename="{week_key(scope.end)}.xlsx"'
    return response


def file_response(lines: Any, name: str, kind: str) -> HttpResponseBase:
    """A download."""
    content = b"".join(exports.csv_lines(lines)) if kind == "csv" else exports.workbook([("", lines)])
    response = HttpResponse(content, content_type=exports.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _refuse_strangers(request: HttpRequest, permission: str = PERMISSION) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _show(request: HttpRequest, page: Page, scope: Scope, now: Any, context: dict[str, Any]) -> HttpResponse:
    today = timezone.localtime(now).date()
    return TemplateResponse(
        request,
        page.template,
        {
            **admin.site.each_context(request),
            "title": page.title,
            "page": page,
            "pages": [(one.title, page_url(one.name, scope), one.name == page.name) for one in PAGES.values()],
            "scope": scope,
            "scope_query": scope.query(),
            "today": today,
            "periods": [_period(page, scope, today, days) for days in PERIODS],
            "channels": Channel.objects.values_list("pk", "name"),
            "categories": first_level(),
            "kinds_of_days": [("", _("All days")), (WEEKDAY, _("Weekdays")), (WEEKEND, _("Weekends"))],
            **context,
        },
    )


def _period(page: Page, scope: Scope, today: date, days: int) -> tuple[str, str, bool]:
    """A quick choice: its label, its address, whether it is the present one."""
    start = today - timedelta(days=days - 1)
    label = _("Today") if days == 1 else _("%(days)s days") % {"days": days}
    is_current = (scope.start, scope.end) == (start, today)
    return label, page_url(page.name, scope, start=start, end=today), is_current


def _week(day: date, chosen: date, today: date) -> tuple[str, str, bool]:
    start, end = week_of(day)
    label = _("This week so far") if end >= today else f"{start:%m-%d} – {end:%m-%d}"
    return label, f"{reverse('reports:weekly')}?start={start}&end={end}", start == chosen


def _stamp(now: Any) -> str:
    """Changes whenever a figure may have: facts were written, or a new day began."""
    changes = Watermark.objects.filter(name=EPISODES).values_list("changes", flat=True).first() or 0
    return f"{changes}-{timezone.localtime(now):%Y%m%d}"
