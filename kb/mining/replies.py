"""What agents answered: bare replies, how much each says, and the one that speaks for all."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cs_platform.text import phrase_key
from kb.mining.privacy import mask
from kb.ranking import WordIndex
from kb.vocabulary import shipped

REPLY_CHARACTERS_MAX = 1_000
_REPLY_CHARACTERS_MIN = 8
_COMPARED_AT_MOST = 60
_POSTINGS = 1_000_000
_TELLING_CHARACTERS = 12
DRAFT_SUBSTANCE_MIN = 0.62
_NEARNESS_MIN = 0.3
_COUNT_MEANT, _SHARE_MEANT = 3, 0.2

_GREETING = re.compile(
    r"^(?:(?:尊敬的|亲爱的)?(?:(?:客户|用户|顾客|亲+|亲亲|同学|朋友|小主|宝贝)[,，!！~～。. ]*)?"
    r"(?:你好|您好|hi|hello|嗨|哈喽|在的|在呢|亲+)(?:呀|啊|哦|哈|呢|亲)*"
    r"|亲+爱?的?|很?高兴为您服务|欢迎光临[^,，。!！~～]{0,12}|(?:我是)?(?:客服|人工客服)[\w]{1,8}(?:为您服务)?|感谢(?:您的)?(?:咨询|等待|来信|关注|支持)"
    r"|不好意思|(?:非常|很)?抱歉让您久等了?)[\s,，!！~～。.:：;；]+",
    re.IGNORECASE,
)
_FAREWELL = re.compile(
    r"(?:([。！!])[\s,，。.!！~～;；]*|[\s,，.~～;；]+|^)(?:(?:非常)?(?:谢谢|感谢)(?:您|你|亲)?(?:的?(?:支持|理解|配合|关注|谅解|光临|咨询|反馈|惠顾))?(?:与(?:支持|理解|配合|谅解))?"
    r"|祝您?[^。.!！]{1,16}|(?:如(?:还?有|果|需)|还?有)(?:任何|什么|其他)?.{0,10}(?:问题|需要|疑问|不明白)[^。!！]{0,24}|(?:期待|欢迎).{0,8}(?:再次光临|下次|再来)[^。!！]{0,6}|么么哒|\^_\^)"
    r"[\s哦呢哟喔啦噢~～!！。.]*$"
)
_PLACEHOLDER = re.compile(r"\[(?![邮证手电账地号姓])[^\[\]\n]{1,8}\]")
_SIGNATURE = re.compile(
    r"[（(【][^（）()【】]{0,4}(?:专员|客服|小编|工号)[^（）()【】]{0,10}[）)】]|(?:客服|专员|工号)[:：]\s*\S{1,8}\s*$"
)
_MENTION = re.compile(r"(?://@.*$|回复@[^:：\s]{1,30}[:：]?|@[\w·-]{1,30}[:：]?)")
_SENTENCE = re.compile(r"(?:[^。！？!?;；\n.]|\.(?![\u4e00-\u9fff]))+[。！？!?;；\n.]*")
_ASKS_BACK = re.compile(
    r"[?？]\s*$|请问|私信|请(?:您)?(?:提供|告知|告诉|发|留|说明|描述)|提供(?:一?下|您)|发(?:一下|我|给我|送)|方便.{0,6}(?:提供|告知|留)|麻烦.{0,4}(?:提供|发|拍)|截图|详细(?:描述|情况|说)|具体(?:情况|是|描述)"
    r"|[吗呢么]$|是什么|多少|哪[里个些种]"
)
_PUTS_OFF = re.compile(
    r"关注到|相关部门|稍等|稍后|稍候|马上|正在.{0,6}(?:查|核|处理)|帮您(?:查|看|核|反馈|登记|记录|转)|转交|反馈|核实|跟进|记录|登记|尽快|工作人员|专员|联系您|回复您|留意|催促|催"
)
_COURTEOUS = re.compile(
    r"不断(?:完善|改进|提升|优化)|(?:努力|会).{0,10}(?:优化|完善|改进|提升)|提供帮助|期待您|意见|加强|加大|提升服务|服务质量|服务水平|监督|(?:关注|支持|信任|反馈|建议)(?:和|与|、)?(?:支持|关注)?$|不客气|表示歉意|见谅|谅解"
    r"|竭诚|随时联系|再联系|需要?协助|随时(?:与|跟|和)我们|祝您|希望(?:能|可以)?(?:得到|帮)|耐心等|请您?放心|理解您的|关注您"
)
_ABOUT_ONE = re.compile(  # one customer's own case: true for nobody else
    r"您的?(?:这边|这个)?(?:问题|订单|宽带|号码|账[户号]|退款|快递|包裹|单子|反馈)|(?:已经?|在)(?:为|帮|给)您|查(?:到|询到)|目前显示|您本月|\[(?:号码|手机号|姓名|地址)\]|我们没能"
)
_SORRY = re.compile(r"抱歉|对不起|歉意|理解|感谢|谢谢")


@dataclass(frozen=True, slots=True)
class Reply:
    """One wording that agents used, and how often."""

    text: str
    count: int
    nearness: float = 1.0  # of the question it was given to, to the group's question


def bare_reply(text: str) -> str:
    """The reply without greeting, thanks, signature and personal data; empty when nothing is left."""
    plain = _MENTION.sub(" ", _SIGNATURE.sub("", _PLACEHOLDER.sub("", text)))[:REPLY_CHARACTERS_MAX].strip()
    plain = _strip(_FAREWELL, r"\1", _strip(_GREETING, "", plain))
    plain = mask(plain).strip(" ,，;；~～")
    return plain if len(phrase_key(plain)) >= _REPLY_CHARACTERS_MIN else ""


def asks_back(text: str) -> bool:
    """Whether an agent needs to know something first."""
    return bool(_ASKS_BACK.search(text))


def substance(reply: str) -> float:
    """How much a reply tells: 1 says something, less asks back, puts off or is only courteous."""
    parts = [part.strip() for part in _SENTENCE.findall(reply) if phrase_key(part)]
    if not parts:
        return 0.0
    told = [_told(part) if len(part) >= _TELLING_CHARACTERS - 2 else 0.4 for part in parts]
    lengths = [len(part) for part in parts]
    mean = sum(one * length for one, length in zip(told, lengths, strict=True)) / sum(lengths)
    return max(0.05, 0.5 * max(told) + 0.5 * mean - 0.15 * (len(phrase_key(reply)) < _TELLING_CHARACTERS))


def choose_draft(question: str, replies: Sequence[Reply]) -> str:
    """The reply nearest to all others among those that tell something: word for word one that an agent gave.

    Empty when nobody told anything. What was answered to a question near to this one counts more: a group is never
    quite pure.
    """
    often = max(_COUNT_MEANT, _SHARE_MEANT * sum(reply.count for reply in replies))
    telling = [reply for reply in replies if _may_be_draft(reply, often)][:_COMPARED_AT_MOST]
    if not telling:
        return ""
    words = WordIndex([reply.text for reply in telling])
    counts = np.array([reply.count for reply in telling], dtype=np.float32)
    central = np.array([float(words.overlaps(reply.text, _POSTINGS) @ counts) for reply in telling]) / counts.sum()
    fits = np.minimum(words.scores(shipped().canonical(question), _POSTINGS), 1)
    asked = np.array([reply.nearness for reply in telling])
    tells = np.array([substance(reply.text) for reply in telling])
    return telling[int(np.argmax(tells * (0.7 * central + 0.7 * fits + asked)))].text


def _may_be_draft(reply: Reply, often: float) -> bool:
    """It tells something, and was given to nearly this question or again and again."""
    is_meant = reply.nearness >= _NEARNESS_MIN or reply.count >= often
    return is_meant and substance(reply.text) >= DRAFT_SUBSTANCE_MIN


def tally(question: str, replies: Sequence[tuple[str, str]]) -> list[Reply]:
    """Pairs (as it was asked, reply): equal replies counted once, the most frequent and most telling first."""
    counts: Counter[str] = Counter()
    texts: dict[str, str] = {}
    near: dict[str, float] = {}
    for asked, text in replies:
        key = phrase_key(text)
        counts[key] += 1
        texts.setdefault(key, text)
        near[key] = max(near.get(key, 0.0), _nearness(question, asked))
    found = [Reply(texts[key], count, near[key]) for key, count in counts.items()]
    return sorted(found, key=lambda reply: (-reply.count * substance(reply.text), -reply.nearness, reply.text))


def _told(sentence: str) -> float:
    told = 1.0 - 0.55 * bool(_ASKS_BACK.search(sentence)) - 0.45 * bool(_PUTS_OFF.search(sentence))
    told -= 0.5 * bool(_ABOUT_ONE.search(sentence))
    told -= 0.45 * bool(_COURTEOUS.search(sentence)) + 0.15 * bool(_SORRY.search(sentence))
    return max(0.05, told)


def _nearness(one: str, other: str) -> float:
    """The share of characters two questions have in common, 0..1."""
    left, right = set(phrase_key(one)), set(phrase_key(other))
    return 2 * len(left & right) / max(len(left) + len(right), 1)


def _strip(pattern: re.Pattern[str], left: str, text: str) -> str:
    while (shorter := pattern.sub(left, text, count=1)) != text:
        if not phrase_key(shorter):
            return shorter
        text = shorter
    return text
