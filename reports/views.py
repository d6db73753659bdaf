"""The pages of reports in the back office: read the scope from the address, make the tables, show or export them."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from reports import exports
from reports.board import make_board
from reports.home import figures_now
from reports.links import page_url
from reports.models import Watermark
from reports.pages import BOARD, PAGES, Page
from reports.scope import WEEKDAY, WEEKEND, Scope, read_scope
from reports.storing import EPISODES
from reports.topics import first_level
from routing.models import Channel

PERMISSION = "reports.view_episode"
PERIODS = (1, 7, 30, 90)


def board_page(request: HttpRequest) -> HttpResponseBase:
    """The board. With `since` it answers only when something has changed: open boards ask every few seconds."""
    _refuse_strangers(request)
    now = timezone.now()
    stamp = _stamp(now)
    if request.GET.get("since") == stamp:
        return HttpResponse(status=204)
    scope = read_scope(request.GET, now, days=1 if request.GET.get("period") == "today" else 7)
    context = {"board": make_board(scope, now), "now": figures_now(now), "stamp": stamp}
    return _show(request, "admin/reports/board.html", BOARD, scope, now, context)


def report_page(request: HttpRequest, name: str) -> HttpResponseBase:
    _refuse_strangers(request)
    page, now = PAGES[name], timezone.now()
    scope = read_scope(request.GET, now)
    return _show(request, "admin/reports/page.html", page, scope, now, {"tables": page.tables(scope, now)})


def export_table(request: HttpRequest, name: str, table: str, kind: str) -> HttpResponseBase:
    """One table of a page as a file."""
    _refuse_strangers(request)
    if name not in PAGES or kind not in exports.TYPES:
        raise Http404
    now = timezone.now()
    scope = read_scope(request.GET, now, days=7 if name == BOARD.name else 30)
    found = next((one for one in PAGES[name].tables(scope, now) if one.key == table), None)
    if found is None:
        raise Http404
    return file_response(exports.lines_of(found), f"{name}-{table}-{scope.start}-{scope.end}", kind)


def file_response(lines: Any, name: str, kind: str) -> HttpResponseBase:
    """A download; csv line by line."""
    response: HttpResponseBase
    if kind == "csv":
        response = StreamingHttpResponse(exports.csv_lines(lines), content_type=exports.TYPES[kind])
    else:
        response = HttpResponse(exports.xlsx(lines), content_type=exports.TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _refuse_strangers(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _show(
    request: HttpRequest, template: str, page: Page, scope: Scope, now: Any, context: dict[str, Any]
) -> HttpResponse:
    today = timezone.localtime(now).date()
    return TemplateResponse(
        request,
        template,
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


def _stamp(now: Any) -> str:
    """Changes whenever a figure may have: facts were written, or a new day began."""
    changes = Watermark.objects.filter(name=EPISODES).values_list("changes", flat=True).first() or 0
    return f"{changes}-{timezone.localtime(now):%Y%m%d}"
