"""Where and when an entry applies: channel, product, stage, period. Pure; the clock is an argument."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of who asks. An empty value is unknown: entries that are meant for some only do not apply then."""

    channel: str = ""
    channel_kind: str = ""
    products: frozenset[int] = frozenset()
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whom and when an entry is for; nothing given: everybody, always. Channels are keys or kinds."""

    valid_from: datetime | None = None
    valid_until: datetime | None = None
    channels: frozenset[str] = frozenset()
    products: frozenset[int] = frozenset()
    stages: frozenset[str] = frozenset()

    def is_valid_at(self, now: datetime) -> bool:
        """From the first moment on, and no more at the last one."""
        return (self.valid_from is None or self.valid_from <= now) and not self.has_expired(now)

    def has_expired(self, now: datetime) -> bool:
        return self.valid_until is not None and now >= self.valid_until

    def covers(self, scope: Scope) -> bool:
        """Whether it is meant for who asks."""
        return (
            (not self.channels or bool(self.channels & {scope.channel, scope.channel_kind}))
            and (not self.products or bool(self.products & scope.products))
            and (not self.stages or scope.stage in self.stages)
        )

    def overlaps(self, other: "Applicability") -> bool:
        """Whether there is somebody, at some time, whom both are for."""
        return (
            _meet(self.channels, other.channels)
            and _meet(self.products, other.products)
            and _meet(self.stages, other.stages)
            and (self.valid_from is None or other.valid_until is None or self.valid_from < other.valid_until)
            and (other.valid_from is None or self.valid_until is None or other.valid_from < self.valid_until)
        )

    @property
    def has_period(self) -> bool:
        return self.valid_from is not None or self.valid_until is not None

    @property
    def narrowness(self) -> int:
        """How special it is: in how many respects it is restricted; as many, then product, channel, stage, period."""
        respects = (self.has_period, bool(self.stages), bool(self.channels), bool(self.products))
        return 16 * sum(respects) + sum(1 << place for place, is_given in enumerate(respects) if is_given)


ANYBODY = Scope()  # nothing is known of who asks
EVERYBODY = Applicability()  # nothing restricts it


class Coverage:
    """Which of many entries apply to who asks now. Each distinct restriction is looked at once, however many have it.

    Of entries with the same standard question only the narrowest that fits applies (of two as narrow, the newer): a
    promotion's answer stands in for the usual one while it lasts, a channel's own answer for the general one.
    """

    def __init__(self, entries: Sequence[tuple[str, Applicability]]) -> None:
        """Per entry the key of its standard question, and whom it is for."""
        self.size = len(entries)
        self._distinct = list(dict.fromkeys(applies for _key, applies in entries))
        numbers = {applies: number for number, applies in enumerate(self._distinct)}
        self._numbers = np.array([numbers[applies] for _key, applies in entries], dtype=np.int64)
        self._narrowness = np.array([applies.narrowness for _key, applies in entries], dtype=np.int64)
        self._rivals = _rivals([key for key, _applies in entries]) if self.is_restricted else []
        self.everything: Flags = np.ones(self.size, dtype=bool)

    @property
    def is_restricted(self) -> bool:
        """Whether anything is not for everybody, always."""
        return self._distinct not in ([], [EVERYBODY])

    @property
    def asks_product(self) -> bool:
        return any(applies.products for applies in self._distinct)

    @property
    def asks_stage(self) -> bool:
        return any(applies.stages for applies in self._distinct)

    def fitting(self, scope: Scope, now: datetime) -> Flags:
        """Per entry, whether it may be used for this customer at this moment."""
        if not self.is_restricted:
            return self.everything
        flags = [applies.is_valid_at(now) and applies.covers(scope) for applies in self._distinct]
        fits: Flags = np.array(flags, dtype=bool)[self._numbers]
        for places in self._rivals:
            fitting = places[fits[places]]
            if len(fitting) > 1:
                fits[fitting] = False
                fits[fitting[self._narrowness[fitting] == self._narrowness[fitting].max()][-1]] = True
        return fits

    def prefer_narrow(self, places: Sequence[int]) -> list[int]:
        """Only the narrowest of entries that all fit."""
        least = max((self._narrowness[place] for place in places), default=0)
        return [place for place in places if self._narrowness[place] == least]


def _rivals(keys: Sequence[str]) -> list[NDArray[np.int64]]:
    """The places of entries that share a standard question."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return [np.array(group, dtype=np.int64) for group in places.values() if len(group) > 1]


def _meet(one: frozenset[str] | frozenset[int], other: frozenset[str] | frozenset[int]) -> bool:
    return not one or not other or bool(one & other)
