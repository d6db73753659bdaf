"""Where somebody is in an errand, and whether what was read is what had to follow."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.rehearsal import shop
from reports.rehearsal.errand import Errand, Say, Step
from reports.rehearsal.reading import REPLIES

PATIENCE_SECONDS = 150.0


@dataclass(slots=True)
class Progress:
    """`mark` is the place in what is read from which on answers to the present step are looked for."""

    who: str
    errand: Errand
    surprises: list[str]
    mark: int = 0
    _steps: list[Step] = field(init=False)
    _place: int = 0
    _began_at: float | None = None

    def __post_init__(self) -> None:
        self._steps = list(self.errand.steps)

    @property
    def step(self) -> Step | None:
        """What is to be done now; None when everything is done."""
        return self._steps[self._place] if self._place < len(self._steps) else None

    @property
    def is_begun(self) -> bool:
        return self._began_at is not None

    @property
    def seconds(self) -> float:
        """For how long the present step lasts already."""
        return time.monotonic() - self._began_at if self._began_at is not None else 0.0

    def begin(self) -> None:
        self._began_at = time.monotonic()

    def begin_again(self) -> None:
        """What is not acknowledged by itself has to be done again after a lost connection."""
        self._began_at = None

    def end(self) -> None:
        self._place, self._began_at = self._place + 1, None

    def go_on(self) -> None:
        """The time has come for what was to happen later."""
        self._steps += self.errand.later

    def has_followed(self, expected: str, read: Sequence[tuple[str, str]]) -> bool:
        """Whether what is waited for is among what was read since (kind, text); what comes instead is a surprise."""
        step = self.step
        for kind, text in read:
            if kind == expected:
                if expected == "answer" and isinstance(step, Say) and text != shop.ANSWERS[step.text]:
                    self._be_surprised(f"another answer: {text}")
                return True
            if kind in REPLIES and expected in REPLIES:
                self._be_surprised(f"{kind} instead: {text}")
                return True
        if self.seconds > PATIENCE_SECONDS:
            self._be_surprised(f"nothing for {PATIENCE_SECONDS:.0f} s")
            return True
        return False

    def _be_surprised(self, what: str) -> None:
        self.surprises.append(f"{self.who} ({self.errand.name}), {self.step}: {what}")
