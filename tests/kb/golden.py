"""Golden questions for tests: plain functions, every argument defaulted."""

from kb.models import Entry, GoldenQuestion
from kb.services.golden import save_golden


def make_golden(question: str = "退款多久到账", entry: Entry | None = None, **fields: object) -> GoldenQuestion:
    """A question that this entry must answer; without entry, one that must not be answered."""
    kind = "entry" if entry else "nothing"
    golden = GoldenQuestion(question=question, entry=entry, **{"expectation": kind, **fields})
    return save_golden(golden, by=None)
