"""How a clause reads: whether it asks, wants or states a problem, names its matter, or only vents anger."""

import re

from cs_platform.text import clean_question, phrase_key

_KEY_CHARACTERS_MIN = 4
_MATTER_CHARACTERS_MIN = 2
_MATTER_BESIDE_CONTACT = 3

_ASKS = re.compile(
    r"吗|怎[么样]|咋|如何|为什么|为啥|为何|(?<!没)什么(?!.{0,2}都)|(?<!没)啥|多久|多少|多大|多长|多高|(?<![近这过前后好头十])几[天时点号个块元年月周斤]|哪[里儿个些种家款]?|何时|谁"
    r"|能不能|可不可以|可以不|行不行|好不好|会不会|要不要|用不用|是不是|有没有|能否|是否|可否|有无|够不够|好使不|几时|(\S)[不没]\1(?!\d)|(?<=[\u4e00-\u9fff])(?:[么呢]|不|(?<!还)没)(?=\W*$)"
)
_ASKS_AT_THE_END = re.compile(
    r"(?:吗|么|呢)$|怎[么样]|咋|如何|为什么|为啥|为何|什么时候|是什么|啥时|多久|多少|多大|几[天时点号个年月周]|哪[里儿个些种家款]|何时|能不能|可不可以|是不是|有没有|能否|是否|可否|要不要|几时|哪$|[^还]没$|不$|(\S)[不没]\1"
)
_WANTS = re.compile(
    r"我[想要]|想要|^想|想(?:换|退|改|买|查|问|办|开|取消)|^要|要(?:退|换|取消|报销|开|改)|^需要|需要发票|帮我|帮忙|麻烦|请(?:帮|给|查|尽快)|给我(?![妈爸女儿家朋老男姐弟哥媳先的们])"
    r"|申请(?![了过的表中后])|^(?:取消|退[货款换掉]|换|改|催|补发|别|不要)|[改换退查催取]一下|^推荐|推荐(?:个|一?下)|改[成下]|换成|取消$|退[货款换掉]$|换货$|发票$"
)
# What is done already, or what somebody else said, asks for nothing.
_DONE_OR_SAID = re.compile(
    r"已经|刚刚|[叫让]我|客服.{0,4}[帮给]我|[了过]$|告知|回复说|(?:客服|师傅|店员|人家|他们?|你们)说|当时|领教|吐槽"
)
_SUFFERS = re.compile(
    r"没[有收到发货法用反了动更变人找]|还没|一直没|不(?!错|好意思|客气|用|知道|是|过|急|[一二]|敢|管)|碎|漏|洒|无法|未收|未到|失败|坏|破|裂|错|丢|慢|断|卡|少[了发寄]|只(?:收到|来了|有一)"
    r"|异常|故障|扣|超时|过期|死机|发烫|褪色|起球|开线|线头|色差|掉[色毛了]|缺|粗糙|严重|异味|味道|过敏|压[扁坏]|太[差小大短长薄硬紧松重]|质量|一直显示|待发货|等了|[几\d]天了|降价|买贵|便宜了"
)
# Half of a sentence: it ends before its verb; or it begins with a reason, a denial, a concession, and asks nothing.
_CUT_OFF = re.compile(r"(?:的情况下?|的原因是?|(?:跟|和|对|给)我说|告诉我|先是|来说|而言|问题是|说是)\W*$")
_CUT_OFF_UNLESS_ASKED = re.compile(
    r"(?:之?后|以后|之前|的时候|(?<![小几及准按])时|的话)\W*$"
    r"|^(?:是?因为|由于|不然|不是|而不是|既然|虽然|即使|除非|尽管|不管|要不是|所谓|其实|反正|毕竟|何况|况且|难怪|怪不得|只要|如果)"
)
# What an agent is told who asked: yes, it is so; done, to no avail.
_REPLIES = re.compile(
    r"^是(?:[去在要从用给我你您他附].*|.*[的了])$|不担心|^(?:我|也|并)*没有.{0,12}(?:问题|原因|毛病)$|还是(?:不行|不能|一样|如此|这样|没|卡)|也不行"
    r"|^(?:我|刚|又|就|都|才|已经?|果断|的)*(?:[换买办装开退改下发]|申请|恢复|卸载|下载|重启|升级|更新)[了过完](?!.*[不没坏错慢少])"
)
_EMPTY_WORDS = re.compile(
    r"为什么|什么|怎么办|怎么回事|回事|怎么样|怎么|怎样|咋办|咋样|咋|如何|为啥|为何|多久|多少|哪里|哪儿|哪个|几[天时点号个]|何时|谁|啥|吗|么|呢|吧|啊|哦|呀|嘛|了|的|得|地"
    r"|你们?家?|我们?|您们?|他们?|她们?|它|自己|别人|人家|大家|这[个样里些种次边么]?|那[个样里些种次边么]?|有没有|能不能|可不可以|是不是|会不会|行不行|要不要|好不好|知不知道"
    r"|可以|可否|能否|是否|能够?|会|要|想|应该|需要|必须|得|是|有|没有?|没法|不能|不会|不行|不了|不是|不要|不用|不到|不|还|又|再|也|都|就|才|只|很|太|真|更|最|已经|一直|现在|今天|昨天|明天|刚才|之前|以后|后来"
    r"|然后|但是?|可是|所以|因为|如果|而且|或者|还是|比如|请问?|问一?问|问一[句声下]|麻烦|帮忙?|求|告诉|知道|明白|觉得|认为|以为|解决|办法|处理|情况|问题|原因|时间|时候|东西|事情?|方法|方式|结果|回复|回答|答复"
    r"|解释|等待|等到|到底|究竟|一下|一个|一次|一点|点|个|下|次|有用|没用|私信|客服|小编|给|让|把|被|对|和|跟|与|在|从|着|哈|呵|意思|真的|确定|干嘛|干吗|这|那"
)
# One character that names what customers of a shop do with goods: “能退吗” is short, and a question all the same.
_SHORT_MATTER = re.compile(
    r"[退换修货码发寄穿洗装碎坏漏少丢错贵]|(\S)不\1|便宜|(?:怎么|咋|如何)用|(?<![不等没迟])到|包邮|保修|正品"
)
_DIALOGUE = re.compile(  # about the talk itself, or what an agent asked for
    r"私信|自动回复|官方回复|你的回答|你回复|回我|看不懂|什么意思|帮我(?:核实|反馈|查一?下)|你(?:们)?(?:再|能)?(?:看|试)|还是(?:不行|一样|没|这样)|刚才|已经(?:试|按|重启|卸载|发|提供)|试过|你说"
)
_RANTS = re.compile(
    r"有意思|好意思|要脸|有劲|呵呵|垃圾|坑[爹人]|尼玛|妈的|你妈|特么|他么的|他妈|傻[逼x叉子]|滚[!。,]|卧槽|我擦|我靠|靠[,!.]|操[!你他,]|放屁|日了狗|奇葩|无语|呸"
    r"|良心|忽悠|耍人|走狗|人干事|解释[一下]|说法|敢不敢|什么玩意|什么态度|什么服务|干什么吃|搞什么|是人吗|情何以堪|[!?]{3,}|难道|大爷|骂街|长点心|有病|有毛病|是猪|醉了|诚意|信不信"
    r"|坚决|恶心|气死|气人|火大|忍[受无耐]|流氓|无赖|混蛋|黑心|套话|敷衍|推诿|欺负|欺骗|误导|尊重|脑残|倒闭|失望|凭[什啥]|好过分|太过分|骗|扯淡|态度|就这|就是这样"
    r"|服务.{0,2}[差烂]|搞笑|逗我|笑话|像话|管不管|没人管|打发|皮球|霸王|推卸|官方啊|该去哪|去哪儿骗|有没有人管|不作为|怎么这么|到底想|不靠谱|真是够了|(?:极其|非常|十分|强烈|严重)不满|有完没完|你们?(?:这)?(?:是|又)?(?:怎么|咋)了|敢再|打了吗|不管怎样"
)
# Meant for the person at the other end, not for the shop.
_AT_SOMEBODY = re.compile(
    r"打了.{0,4}(?:几|多少|无数|\d+).{0,3}(?:电话|遍)|破(?:店|公司|玩意|东西)|是不是人|机器人[吗吧么]|怎么(?:还)?不(?:说话|回|理)|不(?:回|理)我|回(?:复|答|话|我)(?:下|一下)?[啊呀吧!]*$|说话[啊呀!]*$|理[我人]|人呢|在干[嘛什]"
    r"|没人(?:理|管|回|答|处理|解决)|谁还|听见没|给个?(?:解释|说法|交代|方案|答复)|措施|受不了|代表不了|不得已|^(?:不要|别)用|(?:店|客服|你们|服务).{0,3}(?:太差|真差|差劲|差评)|再也不(?:买|来)|12315|消协|工商局|曝光|(?:要|去|等着|准备|给)(?:.{0,4})(?:投诉|差评)|(?:投诉|举报)你们?|快点?回|快来人|谁给.{0,2}(?:说|解)"
    r"|什么(?:破|烂|鬼|玩意|态度|(?:店|公司|客服)[啊呀嘛吗]*$)|把.{0,4}(?:客户|顾客|消费者|用户|我们).{0,2}当|当(?:猴|傻|什么)|(?:对待|应付|糊弄|尊重)(?:客户|顾客|用户|消费者)|(?:知不知道|你们知道)[吗么不]*\W*$|服务(?:质量|理念|意识|态度)|(?:不要|不)用(?:了|你们)|脸|良心|讨厌|可恶|可恨|笑死|郁闷|悲催|坑(?:死|我)?$|太坑|坑爹|有木有|哪家好|求转|转发|关注(?:我|一下)$|抽奖|点我|加微信领"
)
# Of getting hold of the shop's people: how it went is no question, how to reach them is one.
_CONTACT = re.compile(r"客服|投诉|举报|人工(?!费)|热线|工单")
_OF_CONTACT = re.compile(
    r"客服|投诉|举报|热线|工单|人工|人员|代表|中心|部门?|售后|电话|服务|客户|顾客|联系|拨打?|[打接转]不?通?|[问找说讲推理报催管]|回应|反[映应]|解决|处理"
    r"|网[页站上]|在线|没人|半天|几次|多次|无数|每次|不断|一次次|[上过]|有用"
)
_REACHES = re.compile(
    r"(?:怎么|怎样|如何|咋)(?!回事|[这还不没都就会了])|多少|号码|几点|什么时[候间]|哪[里儿]|渠道|入口|流程|(?:有|转|接|要|找|给我).{0,4}人工"
)
_PRAISES = re.compile(
    r"不错|很好|真好|点赞|赞一个|(?<!不)(?<!不太)满意|(?<!不)(?<!不太)喜欢|给力|表扬|越来越好|加油|情怀|感谢你们|希望你们"
)
# What a message without a matter is made of. As a pattern to be repeated it took exponential time on “哈哈哈哈…”.
_SMALL_TALK_WORDS = """
    你好 您好 你们好 您们好 在吗 在么 在不 在不在 亲 有人吗 有人在吗 谢谢 感谢 多谢 谢 好 好吧 好滴 好嘞 好吗 行 行吗
    可以 可以吗 嗯 哦 噢 是 是吗 对 对吗 真的吗 没 没有 没事 不是 不用 不客气 知道 明白 了解 收到 已发 发了 私信 已私信
    已经私信 已回复 回复了 等消息 等你消息 ok okay 哈 呵 嘿 再见 拜拜 晚安 早上好 晚上好 下午好 辛苦 麻烦 人工 转人工
    人工服务 转人工服务 我要人工 我要转人工 客服 稍等 等等 算了 看到了 图片评论 请看 如图 这个 那个 怎么样 怎么办
    怎么回事 为什么 什么 什么意思 多少 你 您 我 啊 呢 吧 了 的 啦 呀 hi hello thanks
"""
_SMALL_TALK = frozenset(_SMALL_TALK_WORDS.split())
_SMALL_TALK_LONGEST = max(map(len, _SMALL_TALK))
_LEAD = re.compile(  # whom it is said to, and what ties a clause to the one before it
    r"^(?:亲+(?![子戚情肤测密近友属自手爱水生朋])[爱的]*|宝[子贝宝]?(?=[,，\s你我请想麻还有那这])|(?:老板|掌柜|店家|客服|小二|小姐姐|小哥哥|美女|帅哥|店主|卖家|商家|小编)(?:你好|您好|在吗)?(?=[,，\s我请想])"
    r"|(?:请|我?想|我要|麻烦|再)(?:请?问|咨询|了解|确认)(?:一下|下(?![单架周次载])|个问题|问)?(?:[,，\s]*(?:你们|关于))?|问一下|问下(?![单架周次载])|请问|话说|那个(?=\S{2})|而且|但是?|可是|所以|然后|那么?(?=[,，\s])"
    r"|就是(?=[,，\s])|还有(?:就是|个问题|(?![货现多几没]))|另外|顺便|结果|关键是|重点是|主要是|好了?(?=[,，\s])|好的|是啊|是的|嗯+|唉|哎|哦|额|对了|以及|首先|其次|最后(?=[,，])|于是"
    r"|【[^】]{0,8}】?|[(（]?\d{1,2}[)）、,，.](?!\d)|[a-zA-Z]?[、,，.]+|[\"“”'’])[\s,，、:：]*"
)
_TAIL = re.compile(
    r"[\s,，]*(?:在线等|挺急的|着急|急|谢谢(?:你|您|亲|啦|了)?|麻烦(?:了|你了|您了|你|您)|求(?:回复|解答|告知|助)|快回|速回|亲|宝|老板)$|[\s,.。!~、;:…]+$"
)
_TONE = re.compile(r"[呢啊呀哦哈哟噢喔啦哒嘞诶额嗯吧呗]+(?=\??$)")
_CJK_COMMA = re.compile(r"(?<=[\u4e00-\u9fff\]])\s*,\s*|\s*,\s*(?=[\u4e00-\u9fff])")


def asks(text: str) -> bool:
    """Whether it is a question by its form."""
    return has_question_word(text) or text.rstrip().endswith(("?", "？"))


def has_question_word(text: str) -> bool:
    """Whether a word makes it a question, not the mark alone."""
    return bool(_ASKS.search(text))


def wants(text: str) -> bool:
    """Whether something is asked for: a request."""
    return bool(_WANTS.search(text)) and not _DONE_OR_SAID.search(text)


def states_problem(text: str) -> bool:
    """Whether it says that something is wrong."""
    return bool(_SUFFERS.search(text))


def only_tells(text: str) -> bool:
    """Whether it is a reply, or half of a sentence: no question, and no problem that stands for itself."""
    is_asked = has_question_word(text)
    is_told = bool(_CUT_OFF_UNLESS_ASKED.search(text) or _REPLIES.search(text))
    return bool(_CUT_OFF.search(text)) or (is_told and not is_asked)


def rants(text: str) -> bool:
    """Whether it is anger, praise or advertisement, and nothing that an answer would settle."""
    return bool(_RANTS.search(text) or _AT_SOMEBODY.search(text) or _PRAISES.search(text)) or _tells_of_contact(text)


def _tells_of_contact(text: str) -> bool:
    """Whether it only says how it went to get hold of somebody: “联系客服都没人接”, “投诉有用吗”."""
    is_told = bool(_CONTACT.search(text)) and not _REACHES.search(text)
    return is_told and matter(_OF_CONTACT.sub("", text)) < _MATTER_BESIDE_CONTACT


def is_about_the_talk(text: str) -> bool:
    """Whether it is about the conversation itself: who replied what, what was tried or sent."""
    return bool(_DIALOGUE.search(text))


def is_small_talk(text: str) -> bool:
    """Whether nothing is left but greetings, thanks, yes and no, numbers."""
    key = re.sub(r"\d", "", phrase_key(text))
    is_short = len(key) < _KEY_CHARACTERS_MIN and not _SHORT_MATTER.search(key)
    return is_short or _is_made_of_small_talk(key)


def _is_made_of_small_talk(key: str) -> bool:
    ends = {0}  # of what the words before can spell
    for start in range(len(key)):
        if start in ends:
            ends |= {start + n for n in range(1, _SMALL_TALK_LONGEST + 1) if key[start : start + n] in _SMALL_TALK}
    return len(key) in ends


def matter(text: str) -> int:
    """How many characters of a sentence say what it is about."""
    return len(_EMPTY_WORDS.sub("", re.sub(r"\d", "", phrase_key(text))))


def is_bare(text: str) -> bool:
    """Whether it asks without saying about what: “怎么办”."""
    return matter(text) < _MATTER_CHARACTERS_MIN and not _SHORT_MATTER.search(text)


def bare_clause(clause: str) -> str:
    """Without greeting, thanks, and what ties it to its neighbours; as the customer spelled it: 4G, iPhone."""
    bare = clause.strip(" ,，")
    mark = "?" if bare.endswith("?") else ""
    bare = bare.rstrip("?")
    while (shorter := _TAIL.sub("", _LEAD.sub("", _cleaned(bare), count=1))) != bare:
        bare = shorter
    return _TONE.sub("", bare) + mark


def finish(question: str, *, is_question: bool) -> str:
    """In the punctuation of the language; empty when nothing is left that names a matter."""
    bare = question.replace("?", "").strip(" ,，")
    if is_small_talk(bare) or is_bare(bare):
        return ""
    last = bare.rpartition("，")[2]
    return _CJK_COMMA.sub("，", bare) + ("？" if is_question or _ASKS_AT_THE_END.search(last) else "")


def _cleaned(text: str) -> str:
    """As `clean_question` leaves it, in the original spelling where that is a part of the text."""
    bare = clean_question(text)
    at = text.lower().find(bare)
    return text[at : at + len(bare)] if len(text.lower()) == len(text) and at >= 0 else bare
