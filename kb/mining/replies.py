"""What agents answered: replies without courtesies, and how much each of them tells."""

import re

from cs_platform.text import phrase_key
from kb.mining.privacy import mask

REPLY_CHARACTERS_MAX = 1_000
_READ_AT_MOST = 2 * REPLY_CHARACTERS_MAX
_REPLY_CHARACTERS_MIN = 8
_TELLING_CHARACTERS = 12
_APOLOGY = 16  # what is shorter and says sorry says nothing else
DRAFT_SUBSTANCE_MIN = 0.62
TELLING_CLAUSE = 0.6
_CLAUSE_CHARACTERS_MIN = 7

# Possessive (`++`): what was read as one thing is not tried as two, or “亲亲亲亲…” takes cubic time.
_GREETING = re.compile(
    r"^(?:(?:尊敬的|亲爱的)?(?:(?:客户|用户|顾客|亲++|同学|朋友|小主|宝贝)[,，!！~～。. ]*+)?"
    r"(?:你好|您好|hi|hello|嗨|哈喽|在的|在呢|亲++)(?:呀|啊|哦|哈|呢|亲)*+"
    r"|(?:亲爱的|尊敬的)[\u4e00-\u9fff\w]{1,8}(?=[,，!！])|亲++爱?的?|亲爱的|很?高兴为您服务|欢迎光临[^,，。!！~～]{0,12}|(?:我是)?(?:客服|人工客服)[\w]{1,8}(?:为您服务)?|感谢(?:您的)?(?:咨询|等待|来信|关注|支持)"
    r"|(?:非常|很|真是?)?(?:不好意思|抱歉|对不起)(?:让您久等了?)?[亲哦呢哈]*+|(?:好的|嗯++|是的?)(?:呢|哦|哈|亲)*+)[\s,，!！~～。.:：;；]+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,，]*(?:您?放心|请您?(?:理解|谅解|知悉|放心|见谅)|望您?(?:理解|谅解))|(?:的|了)?[哦呢哈呀噢喔哟啦](?:亲亲?|亲爱的)?|亲爱的|亲|[~～]+)(?=[\s。.!！]*$)"
)
_FAREWELL = re.compile(
    r"(?:([。！!])[\s,，。.!！~～;；]*|[\s,，.~～;；]+|^)(?:(?:非常)?(?:谢谢|感谢)(?:您|你|亲)?(?:的?(?:支持|理解|配合|关注|谅解|光临|咨询|反馈|惠顾))?(?:与(?:支持|理解|配合|谅解))?"
    r"|祝您?[^。.!！]{1,16}|(?:如(?:还?有|果|需)|还?有)(?:任何|什么|其他)?.{0,10}(?:问题|需要|疑问|不明白|帮您|帮到您)[^。!！]{0,24}|不客气[^。!！]{0,16}|亲?满意的话[^。!！]{0,16}|(?:期待|欢迎).{0,8}(?:再次光临|下次|再来)[^。!！]{0,6}|么么哒|\^_\^)"
    r"[\s哦呢哟喔啦噢~～!！。.]*$"
)
_PLACEHOLDER = re.compile(r"\[(?![邮证手电账地号姓])[^\[\]\n]{1,8}\]")
_SIGNATURE = re.compile(
    r"[（(【][^（）()【】]{0,4}(?:专员|客服|小编|工号)[^（）()【】]{0,10}[）)】]|(?:客服|专员|工号)[:：]\s*\S{1,8}\s*$"
)
_MENTION = re.compile(r"(?://@.*$|回复@[^:：\s]{1,30}[:：]?|@[\w·-]{1,30}[:：]?)")
_SENTENCE = re.compile(r"(?:[^。！？!?;；\n.]|\.(?![\u4e00-\u9fff]))+[。！？!?;；\n.]*")
_WHOLE_SENTENCE = re.compile(r"[^。！？!?;；\n]+[。！？!?;；]*")
_CLAUSE_PIECE = re.compile(r"[^，,]+[，,]*")
_ASKS_BACK = re.compile(
    r"[?？]\s*$|请问|私信|请(?:您)?(?:提供|告知|告诉|发|留|说明|描述)|提供(?:一?下|您)|发(?:一下|我|给我|送)|方便.{0,6}(?:提供|告知|留)|麻烦.{0,4}(?:提供|发|拍)|截图|遇到.{0,4}问题|详细(?:描述|情况|说)|具体(?:情况|是|描述)"
    r"|[吗呢么]$|是什么|多少|哪[里个些种]"
)
_PUTS_OFF = re.compile(
    r"关注到|相关部门|稍等|稍后|稍候|马上|正在.{0,6}(?:查|核|处理)|帮您(?:查|看|核|反馈|登记|记录|转)|转交|反馈|核实|跟进|记录|登记|尽快|工作人员|专员|联系您|回复您|留意|催促|催|收悉|已.{0,2}联系|与您联系|致电"
)
_COURTEOUS = re.compile(
    r"不断(?:完善|改进|提升|优化)|(?:努力|会).{0,10}(?:优化|完善|改进|提升)|提供帮助|期待您|意见|加强|加大|提升服务|服务质量|服务水平|监督|(?:关注|支持|信任|反馈|建议)(?:和|与|、)?(?:支持|关注)?$|不客气|表示歉意|努力为(?:您|用户|客户|大家)|加大力度|因素(?:的)?影响|带来(?:了)?.{0,6}(?:不便|影响|困扰|不愉快|不好的)|宝贵|认真研究|改善|的动力|五星|好评|(?:高度|非常)重视|不好的体验|更好|更优秀|信赖|见谅|谅解"
    r"|竭诚|随时联系|再(?:与|跟|和)?(?:我们|客服)?联系|欢迎您|需要?协助|随时(?:与|跟|和)我们|祝您|希望(?:能|可以)?(?:得到|帮)|耐心等|请您?放心|理解您的|关注您|尽力|协助您"
)
_ABOUT_ONE = re.compile(  # one customer's own case: true for nobody else
    r"您的?(?:这边|这个)?(?:问题|订单|宽带|号码|账[户号]|退款|快递|包裹|单子|反馈)|(?:已经?|在)(?:为|帮|给)您|查(?:到|询到)|目前显示|您本月|\[(?:号码|手机号|姓名|地址)\]|我们没能|我这[里边](?:测试|看|查)|已经?恢复|测试过|图[一二三片]|转给(?:程序|技术|相关)"
)
_SORRY = re.compile(r"抱歉|对不起|歉意|理解|感谢|谢谢")


def bare_reply(text: str) -> str:
    """The reply without greeting, thanks, signature and personal data; empty when nothing is left."""
    bare = _MENTION.sub(" ", _SIGNATURE.sub("", _PLACEHOLDER.sub("", text[:_READ_AT_MOST])))
    plain = bare[:REPLY_CHARACTERS_MAX].strip()
    plain = _strip(_FAREWELL, r"\1", _strip(_GREETING, "", plain))
    plain = mask(_strip(_TAIL, "", plain)).strip(" ,，;；~～")
    return plain if len(phrase_key(plain)) >= _REPLY_CHARACTERS_MIN else ""


def asks_back(text: str) -> bool:
    """Whether an agent needs to know something first."""
    return bool(_ASKS_BACK.search(text))


def substance(reply: str) -> float:
    """How much a reply tells: 1 says something, less asks back, puts off or is only courteous."""
    parts = [part.strip() for part in _SENTENCE.findall(reply) if phrase_key(part)]
    if not parts:
        return 0.0
    told = [tells(part) if len(part) >= _TELLING_CHARACTERS - 2 else 0.4 for part in parts]
    lengths = [len(part) for part in parts]
    mean = sum(one * length for one, length in zip(told, lengths, strict=True)) / sum(lengths)
    return max(0.05, 0.5 * max(told) + 0.5 * mean - 0.15 * (len(phrase_key(reply)) < _TELLING_CHARACTERS))


def tells(clause: str) -> float:
    """The same for one clause, however short it is."""
    told = 1.0 - 0.55 * bool(_ASKS_BACK.search(clause)) - 0.45 * bool(_PUTS_OFF.search(clause))
    told -= 0.5 * bool(_ABOUT_ONE.search(clause))
    told -= 0.45 * bool(_COURTEOUS.search(clause)) + (0.5 if len(clause) < _APOLOGY else 0.15) * bool(
        _SORRY.search(clause)
    )
    return max(0.05, told)


def clauses_of(line: str) -> list[list[str]]:
    """The sentences of a message, each as its clauses; put together again they are the message."""
    return [_clauses(sentence.group()) for sentence in _WHOLE_SENTENCE.finditer(line) if phrase_key(sentence.group())]


def told_of(reply: str) -> str:
    """What of a reply tells something, without courtesy, putting off and asking back: a line per clause."""
    found = (clause for line in reply.split("\n") for sentence in clauses_of(line) for clause in sentence)
    return "\n".join(clause for clause in found if tells(clause) >= TELLING_CLAUSE)


def _clauses(sentence: str) -> list[str]:
    """Neighbouring pieces together until they are long enough to mean something."""
    clauses: list[str] = []
    for piece in _CLAUSE_PIECE.findall(sentence):
        if clauses and len(phrase_key(clauses[-1])) < _CLAUSE_CHARACTERS_MIN:
            clauses[-1] += piece
        else:
            clauses.append(piece)
    if len(clauses) > 1 and len(phrase_key(clauses[-1])) < _CLAUSE_CHARACTERS_MIN:
        last = clauses.pop()
        clauses[-1] += last
    return clauses


def _strip(pattern: re.Pattern[str], left: str, text: str) -> str:
    while (shorter := pattern.sub(left, text, count=1)) != text:
        if not phrase_key(shorter):
            return shorter
        text = shorter
    return text
