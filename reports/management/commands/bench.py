"""`manage.py bench`: one benchmark by name, with a reference measured in the same run."""

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from django.core.management.base import BaseCommand

from reports.benchmarks import BENCHMARKS


class Command(BaseCommand):
    help = "Run a reproducible benchmark."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = parser.add_subparsers(dest="name", required=True)
        for name, benchmark in BENCHMARKS.items():
            one = names.add_parser(name, help=benchmark.help)
            one.add_argument("--json", action="store_true", help="Print one JSON object as the last line.")
            benchmark.add_arguments(one)

    def handle(self, *args: Any, **options: Any) -> None:
        figures = BENCHMARKS[options["name"]].run(Namespace(**options), self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2))
        if figures.get("ok") is False:
            sys.exit(1)
