"""The pages of reports: what each is called and which tables it shows. To add one: a function and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports import board_tables, channels, costs, insights, performance, takeovers, weekly
from reports.scope import Scope
from reports.tables import Table


@dataclass(frozen=True)
class Page:
    name: str
    title: str | Promise
    lead: str | Promise
    tables: Callable[[Scope, datetime], list[Table]]
    template: str = "admin/reports/page.html"
    days: int = 30


BOARD = Page("board", _("Board"), "", board_tables.make_tables, "admin/reports/board.html", days=7)
CHANNELS = Page(
    "channels",
    _("Channel effect"),
    _("What each channel brings: customers, contacts, orders, and what it costs."),
    channels.make_tables,
    "admin/reports/channels.html",
)
AGENTS = Page(
    "agents",
    _("Agents' performance"),
    _("What each person did, how fast, and what customers thought."),
    performance.make_tables,
)
TAKEOVERS = Page(
    "takeovers",
    _("Reasons for takeover"),
    _("Why people had to help, how fast they came, and when nobody did."),
    takeovers.make_tables,
)
INSIGHTS = Page(
    "insights",
    _("Demand and problems"),
    _("What customers ask more and less than before, and about which products."),
    insights.make_tables,
)
COSTS = Page(
    "costs",
    _("Cost benefit"),
    _("What the AI saves, from measured minutes and your own assumptions."),
    costs.make_tables,
    "admin/reports/costs.html",
)
WEEKLY = Page(
    "weekly",
    _("Weekly gap report"),
    _("What the AI lacked, what to do about it, and whether the last repairs worked."),
    weekly.make_tables,
    "admin/reports/weekly.html",
)
PAGES: dict[str, Page] = {page.name: page for page in (BOARD, CHANNELS, AGENTS, TAKEOVERS, INSIGHTS, COSTS, WEEKLY)}
