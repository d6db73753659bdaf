"""Reproducible benchmarks, one module each, run by `manage.py bench NAME`."""

from reports.benchmarks import broadcast, chaos, chat, figures, imports, races, search
from reports.benchmarks.contract import Benchmark

BENCHMARKS: dict[str, Benchmark] = {
    "broadcast": broadcast.BENCHMARK,
    "chaos": chaos.BENCHMARK,
    "chat": chat.BENCHMARK,
    "import": imports.BENCHMARK,
    "races": races.BENCHMARK,
    "reports": figures.BENCHMARK,
    "search": search.BENCHMARK,
}
