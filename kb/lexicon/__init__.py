"""The shipped word lists: synonyms of shoppers' language, small talk, and the bank of what shoppers ask any shop."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cs_platform.text import normalise
from kb.lexicon.intents import bank_lines, intents

_FOLDER = Path(__file__).parent


@cache
def small_talk() -> tuple[str, ...]:
    """Lines that no knowledge base answers."""
    return tuple(_read("small_talk.txt"))


def shop_talk() -> tuple[str, ...]:
    """One wording per matter of the intent bank: what shops are asked, evenly."""
    return tuple(intent.paraphrases[0] for intent in intents())


@cache
def off_topic() -> tuple[str, ...]:
    """What people type into a chat that is not about shopping, small talk included."""
    return tuple(dict.fromkeys((*small_talk(), *_read("off_topic.txt"))))


@cache
def held_terms() -> tuple[str, ...]:
    """Words that a shop is held to, whoever puts its answers in other words."""
    return tuple(word for line in _read("held_terms.txt") for word in line.split())


@cache
def tone_characters() -> frozenset[str]:
    """Characters that make a tone and no fact."""
    return frozenset("".join(_read("tone_characters.txt")))


def yardsticks() -> tuple[str, ...]:
    """Every shipped line that questions are measured against, and that therefore needs a vector."""
    return (*off_topic(), *bank_lines())


@cache
def synonym_groups() -> tuple[tuple[str, ...], ...]:
    """Words that mean the same to a shopper, the one that stands for the group first."""
    return tuple(tuple(line.split()) for line in _read("synonyms.txt"))


@cache
def loanword_groups() -> tuple[tuple[str, ...], ...]:
    """What shoppers say in English, in Hong Kong or in Taiwan, each line after the shipped word that it means."""
    return tuple(tuple(word.replace("_", " ") for word in line.split()) for line in _read("loanwords.txt"))


def everyday_texts() -> Iterator[str]:
    """Every shipped line in which words are spelled right."""
    for name in ("common_words.txt", "synonyms.txt", "loanwords.txt", "small_talk.txt", "off_topic.txt"):
        yield from _read(name)
    yield from bank_lines()


def _read(name: str) -> list[str]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [normalise(line) for line in lines if line.strip() and not line.startswith("#")]
