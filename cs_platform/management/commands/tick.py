"""`manage.py tick`: run every registered sweep at its pace until told to stop."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from cs_platform.sweeps import sweeps, tick_until


class Command(BaseCommand):
    """One per installation is enough; several are safe, because sweeps claim what they work on."""

    help = "Run deadlines and clean-up sweeps until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write(f"{len(sweeps)} sweeps")
        tick_until(stop, sweeps)
