"""`manage.py install`: bring the database up to date and put the default data in. Safe to repeat."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError


class Command(BaseCommand):
    """One process for both steps: half of a step's time is loading."""

    help = "Migrate the database, then prepare the default data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="no demo shop and no demo log-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(f"the database cannot be used: {error}") from error
        call_command("prepare", no_demo=options["no_demo"])
