"""What a customer wrote in a row, clause by clause: every question in it, each readable on its own.

One message asks two things, three messages ask one. So a clause that asks and names its matter is a question by
itself; one that only asks (“怎么办”) takes what was stated right before it; when and where it was bought is left out.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from cs_platform.text import phrase_key
from kb.mining.privacy import mask
from kb.mining.wording import (
    asks,
    bare_clause,
    finish,
    is_about_the_talk,
    is_bare,
    is_small_talk,
    matter,
    only_tells,
    rants,
    states_problem,
    wants,
)

QUESTION_CHARACTERS_MAX = 46
_READ_AT_MOST = 1_200
_JOINED_CHARACTERS_MAX = 30
_MATTER_OF_ITS_OWN = 4
_MATTER_OF_A_STATEMENT = 3
_MATTER_BESIDE_THE_TALK = 5
_QUESTIONS_MAX = 4  # of what was written in a row: more is a list that somebody pasted

_NOISE = re.compile(
    r"//@.*$"  # what others wrote and the customer passes on
    r"|回复@[^:：\s]{1,30}[:：]?|@[\w·-]{1,30}[:：]?|#[^#\n]{1,40}#"
    r"|(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>]+"
    r"|\[[^\[\]\n]{1,24}\]"
    r"|[,，\s]*(?:我的?|这是)?(?:收货|联系)?(?:电话|手机|订单|快递|运单|单|微信)(?:编?号码?)?(?:是|为)?[:：]?\s*[A-Za-z]{0,4}\d{6,}"
    # Cards that the platform writes for the customer: a product, an order, a price.
    r"|(?:店铺|推荐|浏览)商品|商品(?:卡片|链接|id|编号)[:：]?|共\s*\d+\s*件(?:商品)?|(?:合计|总计|实付|小计)[:：]?\s*[¥￥]?\s*\d+(?:\.\d+)?元?"
    r"|[¥￥]\s*\d+(?:\.\d+)?|订单号?[:：]|(?:下单|付款|交易)时间[:：]\s*[\d\s:-]*"
    r"|我在[:：]\S{0,20}|(?:^|\s)[\u4e00-\u9fff]{2,8}·\S{0,16}(?:\.{2,}|…)?$"  # where a post was written
    r"|[=>←→_^T;]{2,}\w?|<[^<>]{0,40}>",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[^。!?;\n~…]+?(?:[。!?;\n~…]+|\.{2,}|(?<![\d\w])\.|(?<=[\u4e00-\u9fff])\.|$)")
_CLAUSE = re.compile(r"[,、:]+|\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+")
_ANOTHER = re.compile(r"^(?:另外|还有(?![货现多几没])|顺便|再问|对了|以及|还想)")
# When, where and for whom it was bought: true of one customer, and never what he asks.
_CIRCUMSTANCE = re.compile(
    r"^(?!.*(?:多少|怎么|什么|[吗么呢?])).{0,14}(?:买|拍|下单|下的?单|入手|订|收到|到货|推荐|介绍|购|光顾)(?:来|入|到|下)?(?:[了的过]|$).{0,8}$"
    r"|^(?:我是)?(?:你们?家?)?(?:老|新|忠实)(?:顾客|客户|粉丝|用户|会员)了?$|^订单[\w\s]*$"
)
_PERSONAL = re.compile(r"\[(?:邮箱|证件号|手机号|电话|账号|号码|地址|姓名)\]")


class Kind(Enum):
    """What a clause does in its message."""

    ASKS = "asks"
    STATES = "states"  # a problem
    ADDS = "adds"
    BOUGHT = "bought"  # when, where, for whom: only what asks nothing by itself needs it
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece between two marks of punctuation; `message` counts the messages in a row."""

    text: str
    kind: Kind
    begins_sentence: bool
    message: int


def questions_in(texts: Sequence[str], *, may_state: bool) -> list[str]:
    """Every question in messages that came in a row, in order and each once.

    `may_state`: a problem that is only stated counts, too. It does not where an agent has just asked something, because
    then it is the reply.
    """
    found: dict[str, str] = {}
    for clauses in _pieces(list(_clauses(texts))):
        question = finish("，".join(clause.text for clause in clauses), is_question=clauses[-1].text.endswith("?"))
        is_stated = clauses[-1].kind is Kind.STATES
        if question and (may_state or not is_stated):
            found.setdefault(phrase_key(question), question)
    return list(found.values())[:_QUESTIONS_MAX]


def readable(text: str) -> str:
    """The text in one spelling, without mentions, links, emoticons, cards, and what cannot be seen."""
    plain = unicodedata.normalize("NFKC", text[:_READ_AT_MOST])
    plain = _NOISE.sub(" ", plain)
    return "".join(char for char in plain if char == "\n" or _can_be_read(char)).strip()


def _can_be_read(char: str) -> bool:
    return unicodedata.category(char) not in ("So", "Sk", "Cc", "Cf", "Cn", "Co", "Cs", "Mn") or char == " "


def _clauses(texts: Sequence[str]) -> Iterator[Clause]:
    for message, text in enumerate(texts):
        for sentence in _SENTENCE.finditer(readable(text)):
            mark = "?" if "?" in sentence.group()[-3:] else ""
            pieces = [piece for piece in _CLAUSE.split(sentence.group().strip(" 。!?;\n~….")) if phrase_key(piece)]
            for place, piece in enumerate(pieces):
                asked = piece + (mark if place == len(pieces) - 1 else "")
                clause = bare_clause(asked)
                if phrase_key(clause):
                    yield Clause(clause, _kind(clause), place == 0 or bool(_ANOTHER.match(piece)), message)


def _kind(clause: str) -> Kind:
    is_talk = is_about_the_talk(clause) and matter(clause) < _MATTER_BESIDE_THE_TALK
    if is_talk or is_small_talk(clause) or rants(clause) or len(clause) > QUESTION_CHARACTERS_MAX:
        return Kind.NOTHING
    masked = mask(clause)
    if masked != clause and matter(_PERSONAL.sub("", masked)) < _MATTER_OF_A_STATEMENT:
        return Kind.NOTHING
    if only_tells(clause):
        return Kind.ADDS
    if asks(clause) or wants(clause):
        return Kind.ASKS
    if _CIRCUMSTANCE.match(clause) and not states_problem(clause):
        return Kind.BOUGHT
    return Kind.STATES if states_problem(clause) else Kind.ADDS


def _pieces(clauses: Sequence[Clause]) -> Iterator[Sequence[Clause]]:
    """Neighbouring clauses that make one question or one problem."""
    before: list[Clause] = []  # stated, and not yet part of a question
    asked_in = -1  # the last message with a question
    for clause in clauses:
        if clause.kind is Kind.ASKS:
            if is_bare(clause.text) and not before:
                continue  # “怎么回事” about nothing, or about what was asked already
            context = _context(before, clause)
            yield from _stated([one for one in before if one not in context])
            yield [*context, clause]
            before, asked_in = [], clause.message
        elif clause.kind is Kind.NOTHING:
            continue
        elif clause.message != asked_in or clause.begins_sentence:  # else it only tells more about what was asked
            if clause.begins_sentence and clause.kind is Kind.STATES:
                yield from _stated(before)
                before = []
            before.append(clause)
    yield from _stated(before)


def _context(before: Sequence[Clause], asking: Clause) -> Sequence[Clause]:
    """What the question needs to be understood: the problem, and for a short question whatever came before it."""
    names_itself = matter(asking.text) >= _MATTER_OF_ITS_OWN
    needs_all = is_bare(asking.text)
    room = _JOINED_CHARACTERS_MAX - len(asking.text)
    kept: list[Clause] = []
    for clause in reversed(before):
        is_apart = clause.kind is not Kind.STATES or clause.message != asking.message
        if clause.kind is Kind.BOUGHT and not needs_all:
            continue
        if (names_itself and is_apart) or len(clause.text) > room:
            break
        room -= len(clause.text) + 1
        kept.insert(0, clause)
    return kept


def _stated(before: Sequence[Clause]) -> Iterator[Sequence[Clause]]:
    """The problem that names its matter, if there is one, with what it begins with when it is short."""
    problems = [place for place, clause in enumerate(before) if clause.kind is Kind.STATES]
    if not problems:
        return
    place = max(problems, key=lambda place: min(matter(before[place].text), 2 * _MATTER_OF_A_STATEMENT))
    if matter(before[place].text) >= _MATTER_OF_A_STATEMENT or _is_short_problem(before[place].text):
        yield [before[place]]
    elif place and len(before[place - 1].text) + len(before[place].text) < _JOINED_CHARACTERS_MAX:
        yield [before[place - 1], before[place]]


def _is_short_problem(text: str) -> bool:
    return not is_bare(text) and len(phrase_key(text)) >= 2 * _MATTER_OF_A_STATEMENT - 2
