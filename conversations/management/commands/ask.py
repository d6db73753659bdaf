"""`manage.py ask`: one question through the whole answer pipeline, without a conversation and without a trace."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from conversations.responding import Question, Response, respond
from routing.models import Channel


class Command(BaseCommand):
    help = "Ask one question as a customer would, and see what happens and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", help="What the customer writes.")
        parser.add_argument("--channel", default="", help="Key of the channel; without it the default rules apply.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object as the last line.")

    def handle(self, *args: Any, **options: Any) -> None:
        channel = self._channel(options["channel"])
        started = time.perf_counter()
        response = respond(Question((options["text"],)), channel)
        milliseconds = (time.perf_counter() - started) * 1000
        if options["json"]:
            self.stdout.write(json.dumps(_as_contract(response, milliseconds), ensure_ascii=False))
        else:
            self._print(response, milliseconds)

    def _channel(self, key: str) -> Channel:
        if not key:
            return Channel()
        channel = Channel.objects.select_related("strategy").filter(key=key).first()
        if channel is None:
            raise CommandError(_("There is no channel with the key “%(key)s”.") % {"key": key})
        return channel

    def _print(self, response: Response, milliseconds: float) -> None:
        self.stdout.write(f"{response.decision}  {response.confidence:.2f}  {response.reason}  {milliseconds:.0f} ms")
        if response.text:
            self.stdout.write(response.text)
        for option in response.options:
            self.stdout.write(f"  - {option['text']}")


def _as_contract(response: Response, milliseconds: float) -> dict[str, Any]:
    return {
        "decision": response.decision,
        "text": response.text,
        "entry_id": response.entry_id,
        "confidence": round(response.confidence, 4),
        "intent": response.intent or None,
        "sentiment": response.feeling,
        "reason": response.reason,
        "ms": round(milliseconds, 1),
        "options": list(response.options),
        "trace": [str(step) for step in response.trace],
    }
