"""Encoders: each test of the search chooses one."""

from collections.abc import Iterator

import pytest

from cs_platform.ai.encoder import use_encoder, use_packaged_encoder
from kb.index import KnowledgeIndex
from kb.lexicon import small_talk, yardsticks
from kb.prepared import IndexedEntry, texts_to_encode
from kb.readers.sandbox import parse_in_process, use_parser
from kb.vectors import VectorTable
from tests.kb.encoders import FakeEncoder


@pytest.fixture
def encoder() -> Iterator[FakeEncoder]:
    """A fake one; give it meanings as the test needs them."""
    fake = FakeEncoder()
    use_encoder(fake)
    yield fake
    use_packaged_encoder()


@pytest.fixture
def words_only() -> Iterator[None]:
    """As if the wheel were missing."""
    use_encoder(None)
    yield
    use_packaged_encoder()


@pytest.fixture
def no_child() -> Iterator[None]:
    """Files are parsed in this process: what rows mean does not depend on where they were read."""
    with use_parser(parse_in_process):
        yield


def build_index(encoder: FakeEncoder, *entries: IndexedEntry, with_bank: bool = False) -> KnowledgeIndex:
    """Every text encoded; the lines of the intent bank only where a test is about them, they are many."""
    own = {text for one in entries for text in one.phrasings} | set(small_talk())
    bank = set() if with_bank else set(yardsticks()) - own
    texts = [text for text in texts_to_encode(entries) if text not in bank]
    return KnowledgeIndex(entries, VectorTable.of_texts(texts, encoder.encode(texts)))


def entry(number: int, *phrasings: str, answer: str = "", related: tuple[str, ...] = ()) -> IndexedEntry:
    return IndexedEntry(number, phrasings, answer or f"答案{number}", related)
