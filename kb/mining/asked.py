"""Every question of a conversation with the reply it got."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kb.mining.conversation import Conversation
from kb.mining.privacy import mask
from kb.mining.replies import asks_back, bare_reply, substance
from kb.mining.wording import asks, is_small_talk, question_of, readable

_TURNS_JOINED = 4  # fragments of one thought: “我买的灯” “不亮了” “怎么办”
_LOOKED_AHEAD = 2  # an agent first asks back or asks to wait; the answer comes with the reply after that


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a conversation; `position` counts the questions of that conversation from 0."""

    position: int
    question: str
    answer: str


def asked_in(conversation: Conversation) -> list[Asked]:
    """What the customer asked, in order, each with what the agent answered; personal data is masked."""
    blocks = [
        (role, [turn.text for turn in turns]) for role, turns in groupby(conversation.turns, lambda turn: turn.role)
    ]
    found: list[tuple[int, str]] = []
    seen: set[str] = set()
    is_opening = True
    for place, (role, texts) in enumerate(blocks):
        if role != "customer":
            continue
        for question in _questions(texts, is_opening=is_opening):
            if question not in seen:
                seen.add(question)
                found.append((place, question))
        is_opening = is_opening and all(is_small_talk(readable(text)) for text in texts)
    places = {place for place, _question in found}
    return [
        Asked(position, mask(question), _answer(blocks, place, places))
        for position, (place, question) in enumerate(found)
    ]


def _questions(texts: Sequence[str], *, is_opening: bool) -> Iterator[str]:
    """Messages in a row: each complete question by itself, fragments joined to the one that follows."""
    waiting: list[str] = []
    for text in texts:
        waiting.append(text)
        if asks(readable(text)) or len(waiting) == _TURNS_JOINED:
            if question := question_of("，".join(waiting), is_opening=is_opening):
                yield question
            waiting = []
    if waiting and (question := question_of("，".join(waiting), is_opening=is_opening)):
        yield question


def _states_something(text: str) -> bool:
    """Whether a message begins another matter: what follows answers that one."""
    return bool(question_of(text, is_opening=True))


def _answer(blocks: Sequence[tuple[str, Sequence[str]]], place: int, questions: set[int]) -> str:
    """The most telling of the replies before the customer asks something else."""
    best, best_told = "", 0.0
    has_asked_back = False
    for number, (role, texts) in enumerate(blocks[place + 1 : place + 2 * _LOOKED_AHEAD + 1], place + 1):
        if role == "customer":
            if number in questions or (not has_asked_back and any(_states_something(text) for text in texts)):
                break
            continue
        has_asked_back = any(asks(readable(text)) or asks_back(text) for text in texts)
        for reply in filter(None, map(bare_reply, texts)):
            told = substance(reply)
            if told > best_told + 0.2:  # the first one, unless a later one tells clearly more
                best, best_told = reply, told
    return best
