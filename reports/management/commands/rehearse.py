"""`manage.py rehearse`: a simulated day through public doors, with a ledger outside."""

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from reports.rehearsal.rehearsal import rehearse


class Command(BaseCommand):
    help = "Rehearse a day of the shop on a platform of its own: customers, agents, systems, and a ledger that judges."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--share", type=float, default=1.0, help="Of the whole day's customers, such as 0.1.")
        parser.add_argument("--seed", type=int, help="Repeat the choices of this seed.")
        parser.add_argument("--web", type=int, default=1, help="Web processes.")
        parser.add_argument("--workers", type=int, default=2, help="Background workers.")
        parser.add_argument("--port", type=int, default=0, help="Any free one unless given.")
        parser.add_argument("--folder", default="", help="A new folder for its data, which then stay.")
        parser.add_argument("--no-kills", dest="kills", action="store_false", help="Let every process live.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object as the last line.")

    def handle(self, *args: Any, **options: Any) -> None:
        figures = rehearse(Namespace(**options), self.stderr.write)
        self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=None if options["json"] else 2, default=str))
        if not figures["ok"]:
            sys.exit(1)
