"""`manage.py rebuild_reports`: every fact and figure anew from what was said. Safe beside running chats."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.building import CHUNK, rebuild


class Command(BaseCommand):
    help = "Build the episodes and figures of all reports anew from the messages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chunk", type=int, default=CHUNK, help="Conversations per transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        made = rebuild(chunk=options["chunk"])
        self.stdout.write(f"{made} episodes in {time.monotonic() - started:.1f} s")
