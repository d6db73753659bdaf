"""`manage.py evaluate`: measure on given data what customers would experience."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.evaluation import UnreadableRowsError, evaluate_answers, read_rows
from kb.perturbing import PERTURBATIONS
from routing.evaluation import evaluate_intent, evaluate_sentiment


class Command(BaseCommand):
    help = "Measure answering on given data, without touching the database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        subjects = parser.add_subparsers(dest="subject", required=True, metavar="answers|intent|sentiment")
        answers = subjects.add_parser("answers", help="Recall, bands and refusal of the answer pipeline.")
        answers.add_argument("--kb", type=Path, required=True, help="jsonl: id, question, variants, answer, …")
        answers.add_argument("--queries", type=Path, required=True, help="jsonl: query, relevant_ids")
        answers.add_argument("--json", action="store_true", help="Print one JSON object as the last line.")
        answers.add_argument(
            "--perturb",
            nargs="+",
            choices=sorted(PERTURBATIONS),
            default=[],
            help="Also ask them with two wrong homophones, in traditional characters, with English words.",
        )
        for subject, what in (("intent", "What customers come for."), ("sentiment", "How customers feel.")):
            parser_of_subject = subjects.add_parser(subject, help=what)
            parser_of_subject.add_argument("file", type=Path, help="jsonl: text, label, and split=train where to learn")
            parser_of_subject.add_argument(
                "--json", action="store_true", help="Print one JSON object as the last line."
            )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            figures = self._evaluate(options)
        except UnreadableRowsError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        else:
            for name, value in figures.items():
                self.stdout.write(f"{name:>22}  {value}")

    def _evaluate(self, options: dict[str, Any]) -> dict[str, object]:
        if options["subject"] == "answers":
            return evaluate_answers(options["kb"], options["queries"], self._show_progress, perturb=options["perturb"])
        rows = read_rows(options["file"], required=("text", "label"))
        evaluate = evaluate_intent if options["subject"] == "intent" else evaluate_sentiment
        return evaluate(rows, self._show_progress)

    def _show_progress(self, what: str, done: int, total: int) -> None:
        live = sys.stderr.isatty()
        if live or done == total or done % 200 == 0:
            self.stderr.write(f"{what}: {done} / {total}", ending="\r" if live and done < total else "\n")
