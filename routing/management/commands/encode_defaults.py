"""`manage.py encode_defaults`: for maintainers, after editing the shipped examples of intents and feelings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cs_platform.ai.encoder import get_encoder
from routing.defaults.texts import shipped_texts
from routing.vectors import write_shipped


class Command(BaseCommand):
    help = "Writes the sentence vectors that the shipped examples bring along."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        encoder = get_encoder()
        if encoder is None:
            raise CommandError("There is no encoder here.")
        self.stdout.write(f"{write_shipped(shipped_texts(), encoder)} vectors written.")
