"""The shop of the rehearsal: its channels, its people, what it knows, and what it does not know on purpose."""

from typing import Any, NamedTuple

WEB, WECHAT = "rehearsal-web", "rehearsal-wechat"
NAMES = {WEB: "官网（演练）", WECHAT: "公众号（演练）"}
KEY_NAME = "rehearsal"


class Person(NamedTuple):
    """Somebody who works here. The first two agents choose their customers, the others are given theirs."""

    username: str
    name: str
    accepts: bool = False


AGENTS = (
    Person("xiaohe", "小禾"),
    Person("xiaoman", "小满"),
    Person("xiaolin", "小林", True),
    Person("ajun", "阿军", True),
)
MANAGER = Person("dianzhang", "林店长")
INTEGRATOR = Person("azhe", "阿哲")


class Known(NamedTuple):
    """A stored answer with the ways in which customers ask for it."""

    topic: str
    answer: str
    questions: tuple[str, ...]
    handoff: str = ""


KNOWN = (
    Known(
        "物流/发货",
        "付款后四十八小时内发货，节假日顺延。",
        ("多久发货", "什么时候能发货呀", "今天下单明天能发吗", "拍了几天发"),
    ),
    Known(
        "物流/快递",
        "默认发中通，偏远地区发邮政。",
        ("发什么快递", "你们用哪家快递", "能发顺丰吗"),
    ),
    Known(
        "售后/退货",
        "签收后七天内，在“我的订单”里点“申请退货”，寄回后退款。",
        ("怎么申请退货", "不喜欢可以退吗", "七天无理由怎么弄"),
    ),
    Known(
        "售后/换货",
        "尺码不合适可以换一次，邮费我们出，在订单里选“换货”。",
        ("尺码小了能换吗", "怎么换货", "想换个大一号的"),
    ),
    Known(
        "发票",
        "下单时勾选电子发票，发货后发到您的邮箱。",
        ("可以开发票吗", "发票怎么开", "电子发票什么时候给"),
    ),
    Known(
        "售后/保修",
        "整机保修一年，人为损坏除外。",
        ("保修几年", "保修期多久", "保修怎么算"),
    ),
    Known(
        "物流/地址",
        "发货前可以在订单里修改地址，发货后请联系快递。",
        ("能改收货地址吗", "地址填错了怎么改", "收货地址想换一个"),
    ),
    Known(
        "商品/材质",
        "内胆是三一六不锈钢，外壳是食品级材料。",
        ("杯子是什么材质", "内胆是不锈钢吗", "材质安全吗"),
    ),
    Known(
        "优惠/会员",
        "会员每月八号有专属券，在“我的”里领取。",
        ("会员有什么优惠", "会员日是几号", "怎么领会员券"),
    ),
    Known("商品/清洗", "杯盖可以拆下来用温水洗，杯身不要放进洗碗机。", ("杯子怎么清洗", "能放洗碗机吗")),
)
CONTACT = Known(
    "优惠/团购", "五十件起可以团购，请留下联系方式，我们给您报价。", ("公司想团购有优惠吗", "团购怎么联系你们")
)
SPECIAL = Known("售后/定制", "定制商品由专人处理。", ("刻字刻错了怎么处理", "定制的想改图案"), "always")
UNKNOWN = (
    "你们老板多高",
    "世界杯谁拿了冠军",
    "鹦鹉会不会喜欢这个颜色",
    "可以用比特币分期付款吗",
    "怎么煮溏心蛋",
    "鲸鱼为什么会唱歌",
)
"""Made unanswerable: nothing that is published speaks of it."""

UPSET = ("你们这是欺骗消费者，我要投诉", "太气人了，我要投诉你们")
GREETING = "您好，我是 AI 助手，发货、退换、发票都可以直接问我，想找真人随时说“转人工”。"
WAKE_UP = "在看什么呢？有拿不准的地方随时问我。"
CARD_TEXT = "方便的话留个电话，我们的采购顾问给您回电。"
CARD_THANKS = "收到，顾问会尽快联系您。"
CARD_WORD = "团购"
BROADCAST = "会员日到了，周五全场九折，{name|亲}记得来看看。"
BROADCAST_BEGINS = "会员日到了"
GOODBYE = "没有别的问题了，再见"
TO_ROBOT = "好的，那我再问问机器人"
WAKE_SECONDS = 20


def knowledge() -> list[dict[str, Any]]:
    """What the manager imports, as rows of a jsonl file."""
    return [
        {
            "id": f"rehearsal-{number}",
            "question": one.questions[0],
            "variants": list(one.questions[1:]),
            "answer": one.answer,
            "category": one.topic,
            "handoff": one.handoff,
        }
        for number, one in enumerate((*KNOWN, CONTACT, SPECIAL), start=1)
    ]


ANSWERS = {question: one.answer for one in (*KNOWN, CONTACT) for question in one.questions}
