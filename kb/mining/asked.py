"""Every question of a conversation with the reply it got."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kb.mining.conversation import Conversation
from kb.mining.messages import questions_in
from kb.mining.privacy import mask
from kb.mining.replies import REPLY_CHARACTERS_MAX, asks_back, bare_reply, told_of
from kb.mining.wording import asks

_LOOKED_AHEAD = 2  # an agent first asks back or asks to wait; the answer comes with the reply after that
_OFFERS = re.compile(r"(?:可以|能够?|需要).{0,4}(?:帮|为)您")  # “有什么可以帮您” is a greeting

Block = tuple[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a conversation.

    `answer` is all that agents said to it, a line per message; `rivals` is how many other questions it may answer.
    """

    question: str
    answer: str
    rivals: int = 0


def asked_in(conversation: Conversation) -> list[Asked]:
    """What the customer asked, in order, each with what the agent answered; personal data is masked."""
    blocks: list[Block] = [
        (role, [turn.text for turn in turns]) for role, turns in groupby(conversation.turns, lambda turn: turn.role)
    ]
    questions = dict(_questions_by_block(blocks))
    found: dict[str, Asked] = {}
    for place, asked in questions.items():
        answer = _answer(blocks, place, questions.keys())
        for question in asked:
            if question not in found:
                found[question] = Asked(mask(question), answer, len(asked) - 1)
    return list(found.values())


def _questions_by_block(blocks: Sequence[Block]) -> Iterator[tuple[int, list[str]]]:
    was_asked = False
    for place, (role, texts) in enumerate(blocks):
        if role == "customer":
            if found := questions_in(texts, may_state=not was_asked):
                yield place, found
        else:
            was_asked = _asks_something(texts)


def _asks_something(texts: Sequence[str]) -> bool:
    """Whether agents need to know something: what the customer says next is the reply. A greeting needs nothing."""
    return any(bare_reply(text) and (asks(text) or asks_back(text)) and not _OFFERS.search(text) for text in texts)


def _answer(blocks: Sequence[Block], place: int, questions: Container[int]) -> str:
    """What agents said before the customer asks something else, a line per message that tells something."""
    said: list[str] = []
    for number, (role, texts) in enumerate(blocks[place + 1 : place + 2 * _LOOKED_AHEAD + 1], place + 1):
        if role != "customer":
            said.extend(filter(told_of, map(bare_reply, texts)))
        elif number in questions:
            break
    return "\n".join(said)[:REPLY_CHARACTERS_MAX]
