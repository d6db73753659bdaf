"""Fits answering anew on the invented shops; to be run, and its file committed, after they or the bank have changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cs_platform.ai.encoder import get_encoder
from kb.fitted import FITTED_FILE, store_fitted
from kb.fitting.crossfit import fit_all
from kb.fitting.figures import figures_of
from kb.lexicon.shops import shops


class Command(BaseCommand):
    help = "Fits the shop space and the weights of belief, and writes them into the source tree. Takes minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        encoder = get_encoder()
        if encoder is None:
            raise CommandError("There is no encoder: nothing was written.")
        result = fit_all(shops(), encoder, self.stderr.write)
        rows = result.rows
        store_fitted(
            FITTED_FILE,
            encoder.model_id,
            space=result.space,
            lines=rows.lines,
            sizes=rows.sizes,
            centres=rows.centres,
            belief=result.belief,
            commonness=result.commonness,
        )
        for line in figures_of(result.judged):
            self.stdout.write(line)
        self.stdout.write(f"{len(rows.sizes)} matters, {len(rows.lines)} lines: {FITTED_FILE}")
