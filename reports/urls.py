"""Addresses of reports, inside the back office and behind its log-in."""

from django.contrib import admin
from django.urls import path

from reports import views
from reports.pages import BOARD, PAGES

app_name = "reports"
urlpatterns = [
    path("board/", admin.site.admin_view(views.board_page), name=BOARD.name),
    *(
        path(f"{name}/", admin.site.admin_view(views.report_page), {"name": name}, name=name)
        for name in PAGES
        if name != BOARD.name
    ),
    path("export/<slug:name>/<slug:table>.<slug:kind>", admin.site.admin_view(views.export_table), name="export"),
]
