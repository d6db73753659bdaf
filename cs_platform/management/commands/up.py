"""`manage.py up`: web, worker, ticker and an embedded Valkey under one parent (see `cs_platform.supervisor`)."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cs_platform import supervisor
from cs_platform.plan import Options


class Command(BaseCommand):
    """`manage.py` itself calls the supervisor without loading Django; this door serves `help` and `call_command`."""

    help = "Run the whole platform until Ctrl-C."
    requires_system_checks: list[str] = []  # the set-up step runs them, where the texts are shown

    def add_arguments(self, parser: CommandParser) -> None:
        supervisor.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = Options(options["bind"], not options["no_demo"], options["server"], options["web"], options["workers"])
        sys.exit(supervisor.run(wanted))
