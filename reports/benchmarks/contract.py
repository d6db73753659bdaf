"""What a benchmark is: its options and a run that returns one JSON-able object."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """To add one: a module with `add_arguments` and `run`, and a line in `reports.benchmarks.BENCHMARKS`.

    `run` states its set-up, measures a reference in the same run and returns the ratio of the two; `say` shows
    progress. It leaves nothing behind in the database. One that gives a verdict returns it as `ok`; False makes the
    command fail.
    """

    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Say], dict[str, object]]


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """The three latencies that every benchmark reports."""
    return {f"p{rank}_ms": round(float(np.percentile(milliseconds, rank)), 3) for rank in (50, 95, 99)}
