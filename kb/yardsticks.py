"""What a question is measured against besides the shop's entries: small talk, and what shoppers ask any shop."""

import numpy as np

from kb.groups import Floats, Groups
from kb.lexicon import shop_talk, small_talk
from kb.vectors import VectorTable, text_hash


class Yardsticks:
    """The vectors of the shipped lines, as far as they are computed already."""

    def __init__(self, table: VectorTable) -> None:
        self.small_talk = _rows(table, small_talk())
        self._shop_talk = _rows(table, shop_talk())

    def elsewhere(self, vector: Floats, closeness: Floats, phrasings: Floats, groups: Groups) -> Floats:
        """Per entry, how much closer the question comes to a matter which the entry does not treat.

        A line that is as close to the entry as to the question is the entry's own matter and tells nothing; that is
        how paraphrases of the entry drop out. Above 0 the question is more likely about something else.
        """
        if not len(self._shop_talk):
            return np.zeros(len(closeness), dtype=np.float32)
        asked = self._shop_talk @ vector
        treated = np.stack([groups.best(row) for row in self._shop_talk @ phrasings.T])
        return np.asarray((asked[:, None] - np.maximum(treated, closeness)).max(axis=0), dtype=np.float32)

    def closest_line(self, vector: Floats) -> str:
        """What shoppers ask any shop, in the words that come closest; empty without vectors."""
        return shop_talk()[int((self._shop_talk @ vector).argmax())] if len(self._shop_talk) else ""


def _rows(table: VectorTable, lines: tuple[str, ...]) -> Floats:
    """All of them or none: half a yardstick measures wrongly."""
    places = table.places(map(text_hash, lines))
    return table.rows(places if (places >= 0).all() else places[:0])
