"""The pages of reports: what each is called and which tables it shows. To add one: a function and a line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports import board
from reports.scope import Scope
from reports.tables import Table


@dataclass(frozen=True)
class Page:
    name: str
    title: str | Promise
    lead: str | Promise
    tables: Callable[[Scope, datetime], list[Table]]


BOARD = Page("board", _("Board"), "", board.make_tables)
PAGES: dict[str, Page] = {page.name: page for page in (BOARD,)}
