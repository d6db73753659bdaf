"""Belief: what speaks for an entry, added up and fitted."""

from dataclasses import replace

import numpy as np
import pytest

from kb.belief import ENTRY_BENDS, QUESTION_BENDS, Belief, Evidence, bent
from kb.fitting.belief_fit import fit_belief
from kb.fitting.cases import Case

NOTHING_KNOWN = np.zeros(2, dtype=np.float32)
RIGHT_FIRST, NOBODY = np.array([True, False]), np.array([False, False])


def evidence(*asked: float, **others: float) -> Evidence:
    blank = np.zeros(len(asked), dtype=np.float32)
    whole = {"example": 0.0, "about_shopping": 0.0, "aside": 0.0, "length": 6, "unknown_words": 0.0}
    entries = dict.fromkeys(("told", "matter", "hub", "text", "phrasing", "lacking", "lacking_most"), blank)
    found = Evidence(np.array(asked, dtype=np.float32), **entries, **whole)
    return replace(found, **others)


def believed(belief: Belief, found: Evidence) -> "np.ndarray":
    return sum(belief.parts(found).values())


@pytest.fixture(scope="module")
def fitted() -> Belief:
    """Of shops in which the nearest phrasing is right when it is near, and nothing is when none is."""
    near = [Case(evidence(0.6 + at / 100, 0.2), RIGHT_FIRST, 1.0, NOTHING_KNOWN) for at in range(20)]
    far = [Case(evidence(0.2 + at / 100, 0.1), NOBODY, 1.0, NOTHING_KNOWN) for at in range(20)]
    return fit_belief([*near, *far])


def test_a_bent_line_is_made_of_the_value_and_what_is_beyond_each_bend() -> None:
    assert bent(np.array([0.5]), (0.2, 0.6)).tolist() == [pytest.approx([0.5, 0.3, 0.0])]


def test_what_is_near_is_believed_and_what_is_far_is_not(fitted: Belief) -> None:
    assert believed(fitted, evidence(0.75, 0.2))[0] > 1
    assert believed(fitted, evidence(0.25, 0.1))[0] < -1


def test_the_better_of_two_gets_the_better_odds(fitted: Belief) -> None:
    first, second = believed(fitted, evidence(0.7, 0.3))
    assert first > second


def test_every_figure_has_its_weights(fitted: Belief) -> None:
    assert {name: len(values) - 1 for name, values in fitted.entry.items()} == {
        name: len(bends) for name, bends in ENTRY_BENDS.items()
    }
    assert fitted.question.keys() == QUESTION_BENDS.keys()


def test_an_entry_that_says_nothing_of_the_matter_gets_nothing_for_it(fitted: Belief) -> None:
    belief = replace(fitted, entry={**fitted.entry, "matter_log": np.array([2.0], dtype=np.float32)})
    parts = belief.parts(evidence(0.5, 0.5, matter=np.array([0.0, 0.5], dtype=np.float32)))
    assert parts["matter_log"][0] == pytest.approx(0.0, abs=1e-6) and parts["matter_log"][1] > 1


def test_a_gain_is_the_difference_of_what_a_figure_adds(fitted: Belief) -> None:
    before, after = (fitted.parts(evidence(asked))["asked"][0] for asked in (0.3, 0.5))
    assert fitted.gain("asked", 0.3, 0.2) == pytest.approx(after - before, abs=1e-5)


def test_figures_are_read_side_by_side() -> None:
    """Each alone tells nothing here: near and complete is right, and so is far and lacking (a line cannot say that)."""
    cases = []
    for asked, lacks, is_right in ((0.7, 0.0, True), (0.7, 0.6, False), (0.2, 0.0, False), (0.2, 0.6, True)):
        found = evidence(asked, lacking=np.array([lacks], dtype=np.float32))
        cases += [Case(found, np.array([is_right]), 1.0, NOTHING_KNOWN[:1])] * 20
    belief = fit_belief(cases)
    near, near_lacking, far = (
        believed(belief, evidence(asked, lacking=np.array([lacks], dtype=np.float32)))[0]
        for asked, lacks in ((0.7, 0.0), (0.7, 0.6), (0.2, 0.0))
    )
    assert near > 0 > near_lacking and far < 0
