"""What an agent sees beside a chat as help to answer. Pure: texts in, parts out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from cs_platform.handoff import parse_handoff
from cs_platform.text import normalise
from kb.models import Product
from routing.courtesies import courtesy
from routing.phrases import asks_for_person

QUESTION_CHARACTERS_MAX = 300
SUGGESTIONS_MAX = 3
CALL_CHARACTERS_MAX = 12  # a longer cry for a person says what it is about
PRODUCTS_MAX = 2
REWRITTEN_BELOW = 0.8  # a suggestion less alike than this was not good enough

_STEP = re.compile(
    r"^\s*(?:第[一二三四五六七八九十\d]+步|步骤\s*[一二三四五六七八九十\d]+|[(（]?\d{1,2}[)）.、]|[①-⑩])\s*[:：，,]?\s*"
)
_STEPS_IN_LINE = re.compile(r"(?=(?:第[一二三四五六七八九十\d]步|[①-⑩]|(?<![\d.])\d[)）、]))")
_CAUTION = re.compile(
    r"注意|请勿|切勿|不要|不能|不可|不支持|不予|不建议|除外|仅限|以.{1,12}为准|前提|逾期|超过.{1,10}(?:不|无法)|务必|"
    r"\b(?:do not|don't|never|must not|cannot|except|only if|unless|note that)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]?")


@dataclass(frozen=True, slots=True)
class Parts:
    """An answer taken apart: what to do one after the other, and what to be careful about."""

    steps: tuple[str, ...]
    cautions: tuple[str, ...]


def parts_of(answer: str) -> Parts:
    """The steps that an answer numbers, and its sentences that warn."""
    lines = [part.strip() for line in answer.splitlines() for part in _STEPS_IN_LINE.split(line) if part.strip()]
    steps = [_STEP.sub("", line).strip() for line in lines if _STEP.match(line)]
    sentences = [match.group().strip() for match in _SENTENCE.finditer(answer)]
    cautions = [_STEP.sub("", sentence) for sentence in sentences if _CAUTION.search(sentence)]
    return Parts(tuple(steps) if len(steps) > 1 else (), tuple(cautions[:3]))


def condition_of(handoff: str) -> str:
    """The note for agents in an entry's hand-to-human condition; one for programs is none."""
    return "\n".join(parse_handoff(handoff).notes)


def question_of(texts: Sequence[str]) -> str:
    """What to look for, of the customer's latest words, oldest first: a greeting is no question, nor is 转人工."""
    asked = [text.strip() for text in texts if text.strip() and not _says_nothing(text.strip())]
    return "\n".join(asked)[-QUESTION_CHARACTERS_MAX:]


def _says_nothing(text: str) -> bool:
    is_bare_call = len(text) <= CALL_CHARACTERS_MAX and asks_for_person(text)
    return is_bare_call or courtesy((text,)) is not None


def similarity(suggested: str, sent: str) -> float:
    """How much of a suggestion was left in what was sent, 0..1."""
    return SequenceMatcher(None, normalise(suggested), normalise(sent), autojunk=False).ratio()


def products_named(products: Iterable[Product], words: str) -> list[Product]:
    """The products that these words name, by name or number, the longest name first."""
    text = normalise(words)
    found = [one for one in products if normalise(one.name) in text or normalise(one.sku) in text]
    return sorted(found, key=lambda one: -len(one.name))[:PRODUCTS_MAX]


def product_facts(product: Product) -> dict[str, Any]:
    """What an agent needs to know of a product while answering."""
    return {
        "id": product.pk,
        "sku": product.sku,
        "name": product.name,
        "price": f"¥{product.price:.2f}" if product.price is not None else "",
        "summary": product.summary,
        "after_sales_policy": product.after_sales_policy,
        "delivery_rules": product.delivery_rules,
    }
