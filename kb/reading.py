"""A question as the search reads it: cleaned, spelled right, in words, sounds and codes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cs_platform.chinese import simplified
from cs_platform.text import clean_question, normalise
from kb.codes import CodeIndex
from kb.sounds import sounds
from kb.spelling import Change, Spelling
from kb.vocabulary import Vocabulary

_KEPT = 256


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` is what is compared by meaning, `words` by words, `sounds` by sound where something looks misspelled."""

    given: str  # one spelling, nothing taken away yet
    cleaned: str  # without greetings, thanks, links, long numbers
    typed: str  # with the shop's own corrections
    text: str  # with the guessed ones, too
    words: str
    sounds: str
    codes: tuple[str, ...]
    changes: tuple[Change, ...]
    was_traditional: bool


class Reader:
    """Reads questions with the words of one shop."""

    def __init__(self, phrasings: Iterable[str], vocabulary: Vocabulary, codes: CodeIndex) -> None:
        self.vocabulary = vocabulary
        self.codes = codes
        self._spelling = Spelling(phrasings, (word for group in vocabulary.dictionary.groups for word in group))
        self.read = lru_cache(maxsize=_KEPT)(self._read)

    def _read(self, question: str) -> Reading:
        spelled = normalise(question)
        cleaned = clean_question(question)
        text, replaced = self.vocabulary.correct(cleaned)
        corrected = self._spelling.correct(text, self.vocabulary.protected_places(text))
        return Reading(
            given=spelled,
            cleaned=cleaned,
            typed=text,
            text=corrected.text,
            words=self.vocabulary.canonical(corrected.text),
            sounds=sounds(corrected.text) if corrected.is_strange or corrected.changes else "",
            codes=self.codes.keys_of(question),
            changes=(*(Change(wrong, right, "shop") for wrong, right in replaced), *corrected.changes),
            was_traditional=simplified(spelled) != spelled,
        )
