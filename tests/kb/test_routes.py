"""From what a question is about to the entries that treat it."""

import numpy as np

from kb.examples import Examples
from kb.groups import Floats
from kb.routes import Routes

LOST, REFUND = np.eye(2, dtype=np.float32)
EXAMPLES = Examples(np.stack([LOST, REFUND]), [1, 1], np.stack([LOST, REFUND]))
ENTRIES = np.stack([REFUND, LOST, (LOST + REFUND) / np.sqrt(np.float32(2))])


def nearness(centre: Floats) -> tuple[Floats, Floats]:
    return ENTRIES @ centre, ENTRIES @ centre


def test_a_question_leads_to_the_entry_that_treats_its_matter() -> None:
    treated = Routes(EXAMPLES, len(ENTRIES), nearness).lead(EXAMPLES.matters_of(LOST))
    assert int(treated.argmax()) == 1
    assert 0.9 < treated.sum() <= 1.0001


def test_a_matter_is_worked_out_once() -> None:
    asked: list[Floats] = []
    routes = Routes(EXAMPLES, len(ENTRIES), lambda centre: (asked.append(centre), nearness(centre))[1])
    for _ in range(3):
        routes.lead(EXAMPLES.matters_of(LOST))
    assert len(asked) == 1
