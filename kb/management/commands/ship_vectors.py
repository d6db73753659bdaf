"""Makes the shipped sentence vectors anew; to be run, and its file committed, after a shipped text has changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cs_platform.ai.encoder import get_encoder
from kb.shipped_vectors import write_shipped
from kb.vectors import SHIPPED_FILE


class Command(BaseCommand):
    help = "Computes the vectors of the shipped lines and samples, and writes them into the source tree."

    def handle(self, *args: Any, **options: Any) -> None:
        encoder = get_encoder()
        if encoder is None:
            raise CommandError("There is no encoder: nothing was written.")
        self.stdout.write(f"{write_shipped(encoder)} vectors: {SHIPPED_FILE}")
