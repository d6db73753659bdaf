"""Names what WeChat never showed, and what became of it: a loss is told from what the platform refuses. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.rehearsal.reading import Heard

NAMED_MAX = 20
TEXT_CHARACTERS = 40
NO_ROW = "missing"  # nobody ever tried to send it


@dataclass(frozen=True, slots=True)
class Unshown:
    """One message that its follower did not see. `number` is its id."""

    follower: str
    number: int
    text: str


def find_unshown(follower: str, shown: Iterable[str], said: Sequence[Heard]) -> list[Unshown]:
    """Of what was said to a follower, in its order. Of equal texts the last are taken for the missing ones."""
    left, unshown = Counter(shown), []
    for one in said:
        text = one.text.strip()
        left[text] -= 1
        if left[text] < 0:
            unshown.append(Unshown(follower, one.number, text))
    return unshown


def name_unshown(unshown: Sequence[Unshown], deliveries: Mapping[int, tuple[str, str]]) -> list[dict[str, str]]:
    """The first of them for the summary; `deliveries` are state and reason by the number of the message."""
    return [
        {
            "follower": one.follower,
            "text": one.text[:TEXT_CHARACTERS],
            "delivery": " ".join(filter(None, deliveries.get(one.number, (NO_ROW,)))),
        }
        for one in unshown[:NAMED_MAX]
    ]
