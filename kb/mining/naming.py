"""How well a question reads as the name of its group: to somebody who was not there, and of one matter."""

import re

from cs_platform.text import phrase_key
from kb.mining.wording import (
    asks,
    has_question_word,
    is_about_the_talk,
    is_bare,
    matter,
    only_tells,
    rants,
    states_problem,
    wants,
)

QUESTION_CHARACTERS_GOOD = (5, 22)
_MATTER_OF_A_NAME = 3
_OBJECT_MIN = 2

_TO_SOMEBODY = re.compile(r"到底|究竟|你|您|他|她|人家|居然|竟然|老子|哥要|诡异|神奇|明明")
_OF_ONE_DAY = re.compile(
    r"[今昨前明]天|[上下]午|早上|晚上|刚才|那几天|\d+[天号月日小]|[一二两三四五六七八九十几]天|上周|上个?月|[上前]一?次|几年前|一群|动不动|莫名|时不时|突然|有时候"
)
_NUMBER = re.compile(r"\d")
_HALF = re.compile(r"^(?:如果|不知|我(?:就|真|知道|想知道|怀疑)|也就是|有的|而|也|就|又|却|还|都|是不是|是否|并)")
# A question by its form that nobody answers.
_RHETORIC = re.compile(
    r"怎么(?:可能|会有)|[有何]何?用[吗呢么]+\W*$|有何|怎么了\W*$|权利|何必|哪有|谁(?:知道|敢|信|管)|还不是|凭啥|任性|就不能|都.{1,4}不了[?？]"
)
_MAY = re.compile(r"(?<!不)(?:能|可以|会|有)")
# Verbs that mean nothing without what is done to what: “无法取消”, “安装了打不开”.
_NEEDS_AN_OBJECT = re.compile(
    r"取消|办理|使用|[用打弄搞整做](?:不?[开上了]|得了)?|操作|设置|开通|恢复|[修更]改|查询|联系|解决|处理|继续|选择|进行|提示|显示|失败|成功|无法|正常|之前|直接|一直|[掉上去来]"
)


def well_formed(question: str) -> float:
    """How well a question reads as the name of its group, about 0..2."""
    length = len(phrase_key(question))
    low, high = QUESTION_CHARACTERS_GOOD
    form = _form(question)
    form -= 1.6 * rants(question) + 0.8 * is_about_the_talk(question) + 1.0 * is_bare(question)
    form -= 0.3 * (matter(question) < _MATTER_OF_A_NAME) + 0.3 * bool(_NUMBER.search(question))
    form -= 0.8 * bool(_TO_SOMEBODY.search(question)) + 0.8 * is_vague(question)
    form -= 0.4 * bool(_OF_ONE_DAY.search(question)) + 0.4 * bool(_HALF.search(question))
    form -= 1.0 * only_tells(question) + 0.8 * bool(_RHETORIC.search(question))
    return max(0.0, form) - min(0.8, 0.06 * max(0, length - high)) - 0.3 * (length < low) - 0.5 * question.count("，")


def _form(question: str) -> float:
    """A mark alone asks less than a word does: what is stated with one is often amazement."""
    if has_question_word(question):
        return 2.0
    if asks(question):
        return 1.7 if _MAY.search(question) else 1.2
    return 1.7 * (wants(question) or states_problem(question))


def is_vague(question: str) -> bool:
    """Whether it says what is done, and not to what."""
    has_verb = bool(_NEEDS_AN_OBJECT.search(question))
    return has_verb and matter(_NEEDS_AN_OBJECT.sub("", question)) < _OBJECT_MIN
