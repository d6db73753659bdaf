"""Does the customer ask for a person? Typed in a hurry, with noise, in Chinese, pinyin or English. Pure."""

import re
import unicodedata

from cs_platform.chinese import simplified

_NOISE = re.compile(r"[\W_]+")
_STRETCHED = re.compile(r"(.)\1{2,}")

# Characters that input methods offer for the same sounds zhuan, ren and gong.
_ZHUAN, _REN, _GONG = "[转轉专專砖赚转传]", "[人任仁认]", "[工公功供]"
_PERSON = f"(?:{_REN}{_GONG}|真人|活人|rengong|zhenren)"
_DESK = "(?:客服|坐席|座席|专员|kefu)"
# 人工 is also a word of product pages: artificial leather, labour cost. Those are questions, not calls for help.
_PRODUCT_WORDS = (
    "智能|草坪|草皮|皮革|皮草|毛皮|皮|费|成本|合成|钻|宝石|水晶|珍珠|珊瑚|呼吸|降雨|湖|养殖|饲养|种植|培育|林|岛"
    "|关节|晶体|泪液|耳蜗|色素|香料|香精|甜味|智慧|授粉|孵化|漂白|染色|打磨|缝制|检测|安装|翻译|审核|处理"
)
_REFUSAL = re.compile(
    f"(?:不要|不用|不想|不需要|无需|别|先不|不必)(?:再|给我|帮我)?(?:{_ZHUAN}|接|找|叫)?(?:到|接)?{_PERSON}"
)
_CALL = re.compile(
    rf"(?:{_ZHUAN}|zhuan)(?:到|接|给|一下|个|下)?(?:{_PERSON}|{_DESK})"
    rf"|(?:转接|接入|接通|呼叫|召唤)(?:一下|到|个)?(?:在线)?(?:{_PERSON}|{_DESK})"
    rf"|(?:找|要|换|叫|喊|来|联系|请|呼)(?:一下|一个|一位|个|位|下|你们)?(?:的)?(?:在线)?(?:{_PERSON}(?!{_PRODUCT_WORDS})|真的人)"
    rf"|(?:找|换|叫|喊)(?:一下|一个|一位|个|位|下|你们)?(?:的)?(?:在线)?{_DESK}(?!电话|热线|邮箱|时间)"
    rf"|{_PERSON}{_DESK}|{_PERSON}服务(?!费)|{_PERSON}(?:在吗|在不在|在么|来|回复|回答|解答|接待|处理一下)"
    r"|(?:不要|不想要|别用|换掉|受够)(?:这个|和|跟|你这)?(?:机器人|智能客服|ai)"
    r"|(?:不想|不要|别)(?:和|跟|再跟|再和)(?:机器人|机器|ai)(?:聊|说|讲|对话|沟通)"
    r"|^(?:我|想|要|能|能不能|可以|可不可以|让我)+(?:和|跟|与|同)个?[真活]?人类?(?:聊|说|讲|谈|对话|沟通|交流)(?![天话]?的)"
    rf"|(?:有没有|有木有|有无){_PERSON}(?!{_PRODUCT_WORDS})"
    r"|机器人(?:滚|走开|闭嘴|下线|一边去)"
)
_POLITE = re.compile(
    r"^(?:你好|您好|亲|请问|请|麻烦|帮我|帮忙|给我|我要|我想|我需要|需要|要|快|赶紧|赶快|能不能|可以|能)+"
    r"|(?:一下|谢谢|在吗|在么|在不在|有吗|有没有|可以吗|好吗|吗|呢|吧|啊|呀|哦|嘛|么|了|的|快|啦|服务)+$"
)
_ANYBODY = "[有没木还来找换叫喊派到底]*一?[个位]?人(?:管|理|在|处理|回复)?"
_ALONE = re.compile(rf"^(?:{_PERSON}|(?:在线)?{_DESK}|{_PERSON}{_DESK}|真的人|{_ANYBODY})+$")
_ENGLISH = re.compile(
    r"\b(?:human|real person|live person|live agent|real agent|representative|operator)\b"
    r"|\b(?:talk|speak|chat|connect|transfer)\b.{0,20}\b(?:person|someone|somebody|agent|human|staff)\b"
    r"|^\W*(?:agent|person)(?: please)?\W*$",
    re.IGNORECASE,
)
# Every message is asked and hardly any means it. No pattern matches without one of these characters or a Latin letter,
# and these others are what they seem: unlike full-width letters they become nothing else when they are normalised.
_IDLE = re.compile(r"(?:(?![人任仁认認席客专專器])[\u4e00-\u9fff0-9\s，。？！、：；…～（）“”,.?!:;~()-])*")
_SHORT = 10  # in a message this short, 人工 by itself is a call for a person
_BARE_MAX = 100  # a longer message is more than a request with greetings around it


_LEAVE = re.compile(r"(我)?(想|要|想要)?(给你们|先)?(留言|留个言|留一下言)(吧|了)?|(leave|iwanttoleave)a?message")


def asks_for_person(text: str) -> bool:
    """True when the customer wants a human: 转人工, 人工客服, 找真人, 转接客服 … and their misspellings."""
    if _IDLE.fullmatch(text):
        return False
    if _ENGLISH.search(text):
        return True
    compact = _STRETCHED.sub(r"\1", _compact(text))
    if not compact or _REFUSAL.search(compact):
        return False
    if _CALL.search(compact):
        return True
    if len(compact) <= _BARE_MAX and _ALONE.match(_bare(compact)):
        return True
    return (
        len(compact) <= _SHORT
        and bool(re.search(rf"人工(?!{_PRODUCT_WORDS})", compact))
        and not _about_product(compact)
    )


def _bare(text: str) -> str:
    """The message without greetings, requests and particles around it; never empty."""
    while (shorter := _POLITE.sub("", text)) != text and shorter:
        text = shorter
    return text


def _about_product(text: str) -> bool:
    return bool(re.search(r"是人工|纯人工|人工做|人工的|人工还是", text))


def asks_to_leave_message(text: str) -> bool:
    """True when all that a waiting customer says is that it wants to leave a message: 留言, 我要留言, 给你们留个言."""
    return _LEAVE.fullmatch(_compact(text)) is not None


def _compact(text: str) -> str:
    return _NOISE.sub("", simplified(unicodedata.normalize("NFKC", text).lower()))
