"""`manage.py demo`: a month of invented history for the demo shop; `--remove` takes every trace of it away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.demo.history import create_demo, remove_demo


class Command(BaseCommand):
    help = "Fill the demo shop with thirty days of conversations, or remove them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="Delete all that was invented.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            self.stdout.write(f"{remove_demo()} invented customers removed")
        else:
            self.stdout.write(f"{create_demo()} conversations invented")
