"""Addresses of reports, inside the back office and behind its log-in."""

from django.contrib import admin
from django.urls import path

from reports import views
from reports.pages import BOARD, COSTS, PAGES, WEEKLY

app_name = "reports"
OWN = {
    BOARD.name: views.board_page,
    COSTS.name: views.costs_page,
    WEEKLY.name: views.weekly_page,
}
urlpatterns = [
    *(
        path(f"{name}/", admin.site.admin_view(OWN[name]), name=name)
        if name in OWN
        else path(f"{name}/", admin.site.admin_view(views.report_page), {"name": name}, name=name)
        for name in PAGES
    ),
    path("remove-demo/", admin.site.admin_view(views.remove_demo_history), name="remove-demo"),
    path("export/week.xlsx", admin.site.admin_view(views.export_week), name="export-week"),
    path("export/<slug:name>/<slug:table>.<slug:kind>", admin.site.admin_view(views.export_table), name="export"),
]
