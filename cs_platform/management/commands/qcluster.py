"""`manage.py qcluster`: django-q's own command with a stricter guard."""

from typing import Any

from django_q import cluster
from django_q.management.commands.qcluster import Command as StockCommand
from django_q.signals import pre_execute

from cs_platform.precedence import give_way
from cs_platform.workers import StrictSentinel, note_start


class Command(StockCommand):
    """Found before the stock one because this app stands above it in INSTALLED_APPS."""

    def handle(self, *args: Any, **options: Any) -> None:
        cluster.Sentinel = StrictSentinel  # the cluster offers no other way to choose its guard
        pre_execute.connect(note_start)
        give_way()
        super().handle(*args, **options)
