"""For whoever has the machine and lost the phone: back to the password alone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cs_platform.models import User
from cs_platform.second_factor import remove_second_factor


class Command(BaseCommand):
    help = "Take two-step verification away from somebody who lost the phone and the recovery codes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="The log-in name.")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"Nobody is called {username}.")
        if not remove_second_factor(person, by=None):
            raise CommandError(f"{username} has no two-step verification.")
        self.stdout.write(f"{username} now logs in with the password alone.")
