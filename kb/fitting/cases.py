"""What the belief is fitted on."""

from dataclasses import dataclass

import numpy as np

from kb.belief import Evidence
from kb.groups import Floats


@dataclass(frozen=True, slots=True)
class Case:
    """One question: what was found out about every entry, which of them answer it, and how much it counts."""

    evidence: Evidence
    is_right: "np.ndarray"
    weight: float
    known: Floats  # what is added to the belief in any case, per entry: codes, other talk
