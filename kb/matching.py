"""Entries that are found by a rule instead of by meaning: a phrasing within the question, or a pattern."""

from collections.abc import Sequence

from cs_platform.text import phrase_key
from kb.patterns import literal_length, matches_pattern
from kb.prepared import IndexedEntry

CONTAINED_MIN = 2  # one character occurs in half of all questions


class RuleMatches:
    """The entries with the match modes "contains" and "pattern"; the others cost nothing."""

    def __init__(self, entries: Sequence[IndexedEntry]) -> None:
        self._contained = {
            place: [key for key in map(phrase_key, entry.phrasings) if len(key) >= CONTAINED_MIN]
            for place, entry in enumerate(entries)
            if entry.match_mode == "contains"
        }
        self._patterns = {
            place: entry.phrasings[1:] for place, entry in enumerate(entries) if entry.match_mode == "pattern"
        }

    def find(self, question: str) -> dict[int, int]:
        """The places of the entries that fit, each with how many characters of the question it names."""
        if not self._contained and not self._patterns:
            return {}
        asked = phrase_key(question)
        found = {
            place: max(len(key) for key in keys if key in asked)
            for place, keys in self._contained.items()
            if any(key in asked for key in keys)
        }
        for place, patterns in self._patterns.items():
            if fitting := [literal_length(pattern) for pattern in patterns if matches_pattern(pattern, question)]:
                found[place] = max(fitting)
        return found
