"""`manage.py preset small|medium|large`: the same as the page “Size of the shop”."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from cs_platform.presets import SIZES, apply_preset, plan_for


class Command(BaseCommand):
    help = "Sets waiting times, chats at the same time and escalation for the size of the shop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("size", choices=list(SIZES))
        parser.add_argument("--dry-run", action="store_true", help="show what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        size = SIZES[options["size"]]
        changes = plan_for(size) if options["dry_run"] else apply_preset(size, by=None)
        for change in changes:
            self.stdout.write(f"{change.what}: {change.before} → {change.after}")
        self.stdout.write(
            _("Start it with WEB_PROCESSES=%(web)d WORKERS=%(workers)d.") % {"web": size.web, "workers": size.workers}
        )
