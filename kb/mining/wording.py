"""One question out of what a customer wrote: cleaned, one or two sentences, or nothing at all."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cs_platform.text import clean_question, phrase_key

QUESTION_CHARACTERS_MAX = 46
QUESTION_CHARACTERS_GOOD = (6, 30)
_KEY_CHARACTERS_MIN = 4
_READ_AT_MOST = 1_200
_STATED, _ASKED = 1.0, 1.5  # see `rate`: what counts as a question at the beginning, and later on

_NOISE = re.compile(
    r"//@.*$"  # what others wrote and the customer passes on
    r"|回复@[^:：\s]{1,30}[:：]?|@[\w·-]{1,30}[:：]?|#[^#\n]{1,40}#"
    r"|(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef<>]+"
    r"|\[[^\[\]\n]{1,24}\]"
    r"|[,，\s]*(?:我的?|这是)?(?:收货|联系)?(?:电话|手机|订单|快递|运单|单|微信)(?:编?号码?)?(?:是|为)?[:：]?\s*[A-Za-z]{0,4}\d{6,}"
    r"|我在[:：]\S{0,20}|(?:^|\s)[\u4e00-\u9fff]{2,8}·\S{0,16}(?:\.{2,}|…)?$"  # where a post was written
    r"|[=>←→_^T;]{2,}\w?|<[^<>]{0,40}>",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"[^。!?;\n~]+?(?:[。!?;\n~]+|\.{2,}|(?<![\d\w])\.|(?<=[\u4e00-\u9fff])\.|$)")
_CLAUSE = re.compile(r"[,、:]|\s(?=[\u4e00-\u9fff])")
_ASKS = re.compile(
    r"吗|怎[么样]|咋|如何|为什么|为啥|为何|(?<!没)什么|(?<!没)啥|多久|多少|多大|多长|多高|(?<![近这过前后好头十])几[天时点号个块元]|哪[里儿个些种家款]?|何时|谁"
    r"|能不能|可不可以|可以不|行不行|好不好|会不会|要不要|用不用|是不是|有没有|能否|是否|可否|有无|够不够|好使不|[么呢](?=\W*$)"
)
_ASKS_AT_THE_END = re.compile(
    r"(?:吗|么|呢)$|怎[么样]|咋|如何|为什么|为啥|为何|什么时候|是什么|啥时|多久|多少|多大|几[天时点号个]|哪[里儿个些种家款]|何时|能不能|可不可以|是不是|有没有|能否|是否|可否|要不要"
)
_WANTS = re.compile(
    r"我[想要]|想要|想[换退改买查问办]|需要|帮我|帮忙|麻烦|请帮|请给|请查|给我|申请|要求|求|取消|退[货款换]|换货|发票|补发|催"
)
_SUFFERS = re.compile(
    r"没[有收到发货法用反了]|还没|一直没|不(?!错|好意思|客气|用|知道|是|过)|碎|漏|洒|无法|未收|未到|失败|坏|破|裂|错|漏|丢|慢|断|卡|少[了发]|异常|故障|扣"
    r"|骗|投诉|超时|过期|死机|发烫|褪色|起球|色差|掉|缺"
)
# Said in anger, not to be answered: a sentence like this names the matter badly even when another one is missing.
# What is left of a question without these words is its matter.
_EMPTY_WORDS = re.compile(
    r"为什么|什么|怎么办|怎么回事|回事|怎么样|怎么|怎样|咋办|咋样|咋|如何|为啥|为何|多久|多少|哪里|哪儿|哪个|几[天时点号个]|何时|谁|啥|吗|么|呢|吧|啊|哦|呀|嘛|了|的|得|地"
    r"|你们?家?|我们?|您们?|他们?|她们?|它|自己|别人|人家|大家|这[个样里些种次边么]?|那[个样里些种次边么]?|有没有|能不能|可不可以|是不是|会不会|行不行|要不要|好不好|知不知道"
    r"|可以|可否|能否|是否|能够?|会|要|想|应该|需要|必须|得|是|有|没有?|没法|不能|不会|不行|不了|不是|不要|不用|不到|不|还|又|再|也|都|就|才|只|很|太|真|更|最|已经|一直|现在|今天|昨天|明天|刚才|之前|以后|后来"
    r"|然后|但是?|可是|所以|因为|如果|而且|或者|还是|比如|请问?|麻烦|帮忙?|求|告诉|知道|明白|觉得|认为|以为|解决|办法|处理|情况|问题|原因|时间|时候|东西|事情?|方法|方式|结果|回复|回答|答复"
    r"|解释|等待|等到|到底|究竟|一下|一个|一次|一点|点|个|下|次|有用|没用|私信|客服|小编|给|让|把|被|对|和|跟|与|在|从|着|哈|呵|意思|真的|确定|干嘛|干吗|这|那"
)
_MATTER_CHARACTERS_MIN = 2
_MATTER_OF_A_STATEMENT = 5
_DIALOGUE = re.compile(  # about the talk itself, or what an agent asked for
    r"私信|自动回复|官方回复|你的回答|你回复|回我|看不懂|什么意思|帮我(?:核实|反馈|查一?下)|你(?:们)?(?:再|能)?(?:看|试)|还是(?:不行|一样|没|这样)|刚才|已经(?:试|按|重启|卸载|发|提供)|试过|你说"
)
_RANTS = re.compile(
    r"有意思|好意思|要脸|有劲|呵呵|垃圾|坑[爹人]|尼玛|妈的|你妈|[特他]么|他妈|傻[逼x叉子]|滚[!。,]|卧槽|我擦|我靠|靠[,!.]|操[!你他,]|放屁|日了狗|奇葩|无语|呸"
    r"|良心|忽悠|耍人|走狗|人干事|解释[一下]|说法|敢不敢|什么玩意|什么态度|什么服务|干什么吃|搞什么|是人吗|情何以堪|[!?]{3,}|难道|大爷|骂街|长点心|有病[吧啊!?]|是猪|醉了|诚意|信不信"
    r"|坚决|恶心|气死|气人|火大|忍[受无耐]|流氓|无赖|混蛋|黑心|套话|敷衍|推诿|欺负|欺骗|误导|尊重|脑残|倒闭|后悔|失望|凭[什啥]|好过分|太过分|骗|扯淡|态度|就这|就是这样"
    r"|服务.{0,2}[差烂]|搞笑|逗我|笑话|像话|管不管|没人管|打发|皮球|霸王|推卸|官方啊|该去哪|去哪儿骗|有没有人管|不作为|怎么这么|到底想|不靠谱|真是够了|敢再|打了吗|不管怎样"
)
_PRAISES = re.compile(r"不错|很好|真好|点赞|赞一个|满意|喜欢|给力|表扬|越来越好|加油|情怀|感谢你们|希望你们")
# What a message without a matter is made of. As a pattern to be repeated it took exponential time on “哈哈哈哈…”.
_SMALL_TALK_WORDS = """
    你好 您好 你们好 您们好 在吗 在么 在不 亲 有人吗 有人在吗 谢谢 感谢 多谢 谢 好 好吧 好滴 好嘞 好吗 行 行吗 可以
    可以吗 嗯 哦 噢 是 是吗 对 对吗 真的吗 没 没有 没事 不是 不用 不客气 知道 明白 了解 收到 已发 发了 私信 已私信
    已经私信 已回复 回复了 等消息 等你消息 ok okay 哈 呵 嘿 再见 拜拜 晚安 早上好 晚上好 下午好 辛苦 麻烦 人工 转人工
    人工服务 转人工服务 我要人工 我要转人工 客服 稍等 等等 算了 看到了 图片评论 请看 如图 这个 那个 怎么样 怎么办
    怎么回事 为什么 什么 什么意思 多少 你 您 我 啊 呢 吧 了 的 啦 呀 hi hello thanks
"""
_SMALL_TALK = frozenset(_SMALL_TALK_WORDS.split())
_SMALL_TALK_LONGEST = max(map(len, _SMALL_TALK))
_LEAD = re.compile(  # what ties a sentence to the one before it
    r"^(?:亲+(?![子戚情肤测密近友属自手爱水生朋])|那个(?=\S{3})|而且|但是?|可是|所以|然后|那么?(?=[,，\s])|就是(?=[,，\s])|还有(?:就是|个问题)?|另外|结果|关键是|重点是|主要是|好了?(?=[,，\s])|好的|是啊|是的|嗯+|唉|哎|哦|额|对了|首先|其次|最后(?=[,，])|于是"
    r"|【[^】]{0,8}】?|[(（]?\d{1,2}[)）、,，.](?!\d)|[a-zA-Z]?[、,，.]+|[\"“”'’])[\s,，、:：]*"
)
_TRAILING = re.compile(r"[\s,.。!~、;:…]+$")
_CJK_COMMA = re.compile(r"(?<=[\u4e00-\u9fff\]])\s*,\s*|\s*,\s*(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    score: float


def question_of(text: str, *, is_opening: bool = False) -> str:
    """The question in a message, readable on its own; empty when there is none.

    What opens a conversation may state a problem; later on only a question or a request counts, because statements
    there answer what the agent asked.
    """
    sentences = [rate(part) for part in _sentences(readable(text))]
    sentences = [one for one in sentences if phrase_key(one.text)]
    if not sentences:
        return ""
    best = max(range(len(sentences)), key=lambda place: (sentences[place].score, -place))
    if sentences[best].score < (_STATED if is_opening else _ASKED):
        return ""
    return _finish(_with_context([one.text for one in sentences], best))


def is_small_talk(text: str) -> bool:
    """Whether nothing is left but greetings, thanks, yes and no, numbers."""
    key = re.sub(r"\d", "", phrase_key(text))
    return len(key) < _KEY_CHARACTERS_MIN or _is_made_of_small_talk(key)


def _is_made_of_small_talk(key: str) -> bool:
    ends = {0}  # of what the words before can spell
    for start in range(len(key)):
        if start in ends:
            ends |= {start + n for n in range(1, _SMALL_TALK_LONGEST + 1) if key[start : start + n] in _SMALL_TALK}
    return len(key) in ends


def matter(text: str) -> int:
    """How many characters of a sentence say what it is about."""
    return len(_EMPTY_WORDS.sub("", re.sub(r"\d", "", phrase_key(text))))


def asks(text: str) -> bool:
    """Whether a sentence is a question by its form."""
    return bool(_ASKS.search(text)) or text.rstrip().endswith(("?", "？"))


def rate(sentence: str) -> _Sentence:
    """How well a sentence serves as the question of its message: 1 a statement of a problem, 2 and more a question."""
    sentence = sentence.strip(" ,")
    length = len(phrase_key(sentence))
    score = 2.0 * asks(sentence) + 1.5 * bool(_WANTS.search(sentence)) * (not asks(sentence))
    score += 1.0 * bool(_SUFFERS.search(sentence))
    score -= 1.6 * bool(_RANTS.search(sentence)) + 1.0 * bool(_PRAISES.search(sentence))
    low, high = QUESTION_CHARACTERS_GOOD
    score -= 0.8 * bool(_DIALOGUE.search(sentence)) + 1.5 * (matter(sentence) < _MATTER_CHARACTERS_MIN)
    score -= 0.4 * (length < low) + min(0.6, 0.02 * max(0, length - high))
    return _Sentence(sentence, score)


def well_formed(question: str) -> float:
    """How well a question reads as the name of its group, about 0..2."""
    rated = rate(question)
    length = len(phrase_key(question))
    low, high = QUESTION_CHARACTERS_GOOD
    bare = 1.0 * (not asks(question) and matter(question) < _MATTER_OF_A_STATEMENT)
    return max(0.0, min(2.0, rated.score)) - 0.5 * (length > high) - 0.3 * (length < low) - bare


def readable(text: str) -> str:
    """The text in one spelling, without mentions, links, emoticons, and what cannot be seen."""
    plain = unicodedata.normalize("NFKC", text[:_READ_AT_MOST])
    plain = _NOISE.sub(" ", plain)
    return "".join(char for char in plain if char == "\n" or _can_be_read(char)).strip()


def _can_be_read(char: str) -> bool:
    return unicodedata.category(char) not in ("So", "Sk", "Cc", "Cf", "Cn", "Co", "Cs", "Mn") or char == " "


def _sentences(text: str) -> list[str]:
    return [found.group().strip() for found in _SENTENCE.finditer(text) if found.group().strip()]


def _with_context(sentences: Sequence[str], best: int) -> str:
    """The sentence; cut to the clauses around what it asks when it is long, completed by its neighbour when short."""
    chosen = sentences[best]
    if len(chosen) > QUESTION_CHARACTERS_MAX:
        return _core(_CLAUSE.split(chosen))
    is_bare = len(phrase_key(clean_question(chosen))) < 9
    if is_bare and best and not is_small_talk(sentences[best - 1]):
        before = sentences[best - 1].rstrip(" .。!~,;")
        room = QUESTION_CHARACTERS_MAX - len(chosen)
        if len(before) > room:
            before = _tail(_CLAUSE.split(before), room)
        return f"{before},{chosen}" if before else chosen
    return chosen


def _core(clauses: Sequence[str]) -> str:
    """Neighbouring clauses around the one that asks, as many as there is room for."""
    clauses = [clause.strip() for clause in clauses if clause.strip()]
    rated = [rate(clause).score for clause in clauses]
    first = last = max(range(len(clauses)), key=lambda place: rated[place])
    length = len(clauses[first])
    while True:
        grow_left = first > 0 and length + len(clauses[first - 1]) < QUESTION_CHARACTERS_MAX
        grow_right = last + 1 < len(clauses) and length + len(clauses[last + 1]) < QUESTION_CHARACTERS_MAX
        if grow_left:
            first -= 1
            length += len(clauses[first]) + 1
        elif grow_right:
            last += 1
            length += len(clauses[last]) + 1
        else:
            break
    return ",".join(clauses[first : last + 1])[:QUESTION_CHARACTERS_MAX]


def _tail(clauses: Sequence[str], room: int) -> str:
    """The last clauses that fit."""
    kept: list[str] = []
    for clause in reversed([clause.strip() for clause in clauses if clause.strip()]):
        if sum(map(len, kept)) + len(kept) + len(clause) > room:
            break
        kept.insert(0, clause)
    return ",".join(kept)


def _finish(question: str) -> str:
    """Without greeting and thanks, in the punctuation of the language."""
    if is_small_talk(question):
        return ""
    bare = clean_question(question)
    at = question.lower().find(bare)
    if len(question.lower()) == len(question) and at >= 0:
        bare = question[at : at + len(bare)]  # as the customer spelled it: 4G, iPhone
    while (shorter := _LEAD.sub("", bare, count=1)) != bare:
        bare = shorter
    bare = _TRAILING.sub("", bare)
    if is_small_talk(bare):
        return ""
    if matter(bare) < _MATTER_CHARACTERS_MIN:
        return ""
    last = _CLAUSE.split(bare)[-1]
    is_question = question.rstrip(" .~!").endswith("?") or bool(_ASKS_AT_THE_END.search(last))
    bare = _CJK_COMMA.sub("，", bare)
    return bare.rstrip("?？ ") + ("？" if is_question else "")
