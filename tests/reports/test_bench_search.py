"""`bench search` states what it measured, beside a reference of the same run, without a database."""

import json
from io import StringIO

from django.core.management import call_command


def test_bench_search_prints_one_object_with_its_reference() -> None:
    out = StringIO()
    call_command("bench", "search", "--sizes", "20", "30", "--questions", "3", "--json", stdout=out, stderr=StringIO())
    figures = json.loads(out.getvalue().splitlines()[-1])
    assert {"name", "n", "seconds", "p95_ms", "per_second", "reference_per_second", "ratio", "setup"} <= set(figures)
    assert [size["entries"] for size in figures["sizes"]] == [20, 30]
    assert figures["same_best"] == 1.0
