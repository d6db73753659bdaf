"""Questions and answers in running text, and the question that a heading suggests. Pure."""

import re

from kb.parsing.numbering import strip_numbering

QUESTION_CHARACTERS_MAX = 120
_NUMBER = r"\s*[0-9０-９一二三四五六七八九十]{0,4}\s*"
_END = r"\s*[】\])）]?\s*[:：、.．]\s*"
_ASKS = re.compile(
    rf"^[\[【(（]?\s*(?:(?:问题|提问|问|Question|Q)(?:{_NUMBER}){_END}|[【\[](?:问题|提问|问|Q){_NUMBER}[】\]]\s*)",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    rf"^[\[【(（]?\s*(?:(?:答案|回答|回复|答复|答|Answer|A)(?:{_NUMBER}){_END}|[【\[](?:答案|回答|答|A){_NUMBER}[】\]]\s*)",
    re.IGNORECASE,
)
_ANSWER_WITHIN = re.compile(r"(?<=[?？。\s])\s*[\[【]?\s*(?:答案|回答|答|Answer|A)\s*[】\]]?\s*[:：]\s*")
_QUESTION_THEN_TEXT = re.compile(r"^(.{4,80}?[?？])\s*(\S.*)$", re.DOTALL)
_ASKING = re.compile(
    r"怎么|怎样|如何|什么|哪[些个里儿种]?|是否|能否|可否|多久|多少|多长|为何|几[天个次种]|吗|呢$"
    r"|(?:能|可以|会|要|需|是)不(?:能|可以|会|要|需|是)|有没有|(?:^|\s)(?:how|what|when|where|why|which|can|do|is|are)\s",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:关于|有关)")
_LAST_WORD = re.compile(r"的?(?:介绍|概述|简介|说明|相关问题|相关事项)$")
# What customers would ask about a heading that ends so; the first that fits counts.
_ASK_BY_ENDING = (
    (re.compile(r"(?:时效|期限|时限|周期|时长|有效期|保质期|保修期)$"), "{}是多久？"),
    (re.compile(r"(?:费用|运费|价格|金额|费)$"), "{}怎么算？"),
    (re.compile(r"(?:流程|步骤|程序)$"), "{}是怎样的？"),
    (re.compile(r"(?:方式|方法|渠道|途径|范围|条件|要求|材料|凭证|原则|类型|情形|例外|问题|事项)$"), "{}有哪些？"),
    (re.compile(r"(?:标准|等级|电话)$"), "{}是什么？"),
    (re.compile(r"地址$"), "{}在哪里？"),
    (re.compile(r"(?:联系我们|联系客服)$"), "怎么{}？"),
    (re.compile(r"^(?:申请|办理|查询|修改|取消|开具|使用|领取|绑定|注册|设置|联系)"), "怎么{}？"),
)
_OTHERWISE = "{}是怎么规定的？"
_FORMS = (*(form for _ending, form in _ASK_BY_ENDING), _OTHERWISE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def asked(text: str) -> str | None:
    """The question of a paragraph that is marked as one, as in “问：…”, “Q1: …”, “问题一、…”; else None."""
    match = _ASKS.match(text)
    return text[match.end() :].strip() if match and match.end() < len(text) else None


def answered(text: str) -> str | None:
    """The answer of a paragraph that is marked as one, as in “答：…”, “A: …”; else None."""
    match = _ANSWERS.match(text)
    return text[match.end() :].strip() if match else None


def split_answer(question: str) -> tuple[str, str]:
    """A question and the answer that is marked inside of the same paragraph, which may be empty."""
    match = _ANSWER_WITHIN.search(question)
    return (question[: match.start()].strip(), question[match.end() :].strip()) if match else (question, "")


def split_question(text: str) -> tuple[str, str] | None:
    """A short question and the text behind it in the same paragraph; None where there is no such beginning."""
    match = _QUESTION_THEN_TEXT.match(text)
    if not match or not re.search(r"[。；，,.]", match[2]):
        return None
    return match[1].strip(), match[2].strip()


def is_question(text: str, *, is_numbered: bool = False) -> bool:
    """Whether a line on its own asks something; a numbered one need not end in a question mark."""
    if len(text) > QUESTION_CHARACTERS_MAX or "\n" in text:
        return False
    return text.endswith(("?", "？")) or (
        is_numbered and bool(_ASKING.search(text)) and not re.search(r"[。；：:]", text)
    )


def suggest_question(heading: str) -> str:
    """What a customer would ask to be told what stands below a heading."""
    topic = _ABOUT.sub("", strip_numbering(heading)).strip(" :：。.、-—《》")
    topic = _LAST_WORD.sub("", topic) or topic
    if topic.endswith(("?", "？")):
        return topic
    if _ASKING.search(topic):
        return f"{topic}？"
    if not _CHINESE.search(topic):
        return f"What are the rules for {topic}?"
    return next((form for ending, form in _ASK_BY_ENDING if ending.search(topic)), _OTHERWISE).format(topic)


def names_topic(question: str) -> bool:
    """Whether a suggested question begins with the thing it is about: “运费怎么算？” does, “怎么退货？” does not."""
    endings = (form.removeprefix("{}") for form in _FORMS if form.startswith("{}"))
    topics = (question.removesuffix(ending) for ending in endings if question.endswith(ending))
    return any(topic and suggest_question(topic) == question for topic in topics)
